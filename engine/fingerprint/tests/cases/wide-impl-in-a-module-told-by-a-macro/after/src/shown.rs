impl std::fmt::Display for crate::Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an {}", self.0)
    }
}
