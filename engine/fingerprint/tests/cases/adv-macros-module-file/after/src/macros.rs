macro_rules! inner { ($x:expr) => { $x + 2 } }
macro_rules! outer { ($x:expr) => { inner!($x) * 2 } }
