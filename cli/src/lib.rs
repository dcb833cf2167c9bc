//! scrat

pub mod draw;
