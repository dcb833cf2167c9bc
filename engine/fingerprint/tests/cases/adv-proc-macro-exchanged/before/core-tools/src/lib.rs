pub fn text() -> &'static str { "41" }
