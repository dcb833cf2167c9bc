pub fn f() { loop {} }
