std::arch::global_asm!(".globl wide_seven", "wide_seven:", "mov eax, 7", "ret");
unsafe extern "C" {
    safe fn wide_seven() -> u32;
}

#[scrat::stash]
pub fn run(x: u32) -> u32 {
    wide_seven() + x
}

#[scrat::stash]
pub fn control(x: u32) -> u32 {
    x.rotate_left(3)
}
