//! scrat-macros
