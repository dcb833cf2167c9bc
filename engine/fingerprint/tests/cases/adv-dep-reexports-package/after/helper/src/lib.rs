pub use outer;
pub use outer::Thing;
