//! scrat-engine
