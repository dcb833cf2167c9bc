pub trait Named { fn name(&self) -> String; }
pub trait Loud { fn loud(&self) -> String; }
impl<T: Named> Loud for T { fn loud(&self) -> String { self.name().to_uppercase() } }
pub struct Cat;
impl Named for Cat { fn name(&self) -> String { "dog".into() } }
#[scrat::stash]
pub fn run(x: u32) -> String { Cat.loud().repeat(x as usize) }

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    (x << 3) ^ 0x5a
}
