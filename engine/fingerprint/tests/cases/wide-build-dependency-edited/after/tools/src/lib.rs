pub fn rate() -> &'static str {
    "three"
}
