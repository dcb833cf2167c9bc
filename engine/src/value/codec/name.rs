//! Names of formats that are made of other formats, put together while the program is compiled.

/// How long a name may be.
const ROOM: usize = 1024;

/// A name that is made of several texts.
pub(super) struct Name {
    bytes: [u8; ROOM],
    length: usize,
}

impl Name {
    /// The texts, one after the other.
    pub(super) const fn new(texts: &[&str]) -> Self {
        let mut name = Self { bytes: [0; ROOM], length: 0 };
        let mut text = 0;
        while text < texts.len() {
            let bytes = texts[text].as_bytes();
            let mut at = 0;
            while at < bytes.len() {
                assert!(name.length < ROOM, "the type is nested too deeply to be kept in a stash");
                name.bytes[name.length] = bytes[at];
                name.length += 1;
                at += 1;
            }
            text += 1;
        }
        name
    }

    pub(super) const fn text(&'static self) -> &'static str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("texts make a text"),
        }
    }
}
