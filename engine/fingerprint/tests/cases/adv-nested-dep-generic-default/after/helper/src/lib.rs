pub trait K { fn k() -> u32; } pub struct D; impl K for D { fn k() -> u32 { 5 } }
pub struct W<T = D>(pub u32, pub std::marker::PhantomData<T>); impl<T: K> W<T> { pub fn v(&self) -> u32 { self.0 + T::k() } }
