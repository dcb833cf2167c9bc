//! Traits that only this crate implements: nobody else can name what they ask for, so more can be added to them.

/// What a method of a sealed trait takes. Other crates can neither name nor make one.
#[derive(Clone, Copy, Debug)]
pub struct Sealed;

/// What a sealed trait without such a method needs.
pub trait IsSealed {}
