pub const N: usize = 3;
