pub fn f() -> u32 { app::run(1) }
