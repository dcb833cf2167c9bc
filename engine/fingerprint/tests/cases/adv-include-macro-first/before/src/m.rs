#[allow(dead_code)] fn p1() {}
#[allow(dead_code)] fn p2() {}
macro_rules! k { () => { 2 } }
