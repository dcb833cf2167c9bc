pub fn rate() -> &'static str {
    "one"
}
