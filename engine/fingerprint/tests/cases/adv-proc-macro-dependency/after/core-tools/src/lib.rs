pub fn text() -> &'static str { "42" }
