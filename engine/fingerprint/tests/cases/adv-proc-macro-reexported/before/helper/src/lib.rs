pub use tools::number as num;
