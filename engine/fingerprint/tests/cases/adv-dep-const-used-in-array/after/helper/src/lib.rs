pub const N: usize = 4;
