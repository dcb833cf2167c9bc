//! Values in forms of their own: lists of numbers, types that name their codec, and codecs named at a function.

#![expect(clippy::unwrap_used, reason = "a test stops where something goes wrong")]

mod around;
mod damage;
mod deep;
mod huge;
mod named;
mod numbers;
mod sandbox;
mod unreliable;
