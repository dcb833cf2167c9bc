//! scrat
