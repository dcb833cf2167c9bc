pub use base::T;
