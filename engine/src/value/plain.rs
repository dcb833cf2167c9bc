//! Values that are the content of a file by nature: text, bytes, and files themselves; and folders. Files are saved as
//! they are, under any extension, and what is a picture by its content is looked at as one.

use std::any::{Any, type_name};
use std::borrow::Cow;
use std::io::{self, Read};

use super::preview::{Preview, picture};
use super::{Dir, File, ValueError};

/// A larger file is not looked at as a picture, in bytes.
pub(super) const LARGEST_PICTURE: usize = 16 * 1024 * 1024;

/// The value as people look at it, in at most so many characters. None if it is nothing of the sort, or bytes that are
/// better told as numbers.
pub(super) fn preview(value: &dyn Any, most: usize) -> Option<Preview> {
    if let Some(text) = value.downcast_ref::<String>() {
        return Some(of_picture(text.as_bytes()).unwrap_or_else(|| Preview::beginning(text, most)));
    }
    if let Some(bytes) = value.downcast_ref::<Vec<u8>>() {
        return of_picture(bytes);
    }
    let seen = match value.downcast_ref::<Dir>() {
        Some(folder) => of_folder(folder, most),
        None => of_file(value.downcast_ref()?, most),
    };
    Some(seen.unwrap_or_else(|error| Preview::text(error.to_string())))
}

/// The content of the file that the value is. A folder has none.
pub(super) fn content(value: &dyn Any) -> Option<Result<Cow<'_, [u8]>, ValueError>> {
    if let Some(text) = value.downcast_ref::<String>() {
        return Some(Ok(text.as_bytes().into()));
    }
    if let Some(bytes) = value.downcast_ref::<Vec<u8>>() {
        return Some(Ok(bytes.into()));
    }
    if value.is::<Dir>() {
        let message = "a folder is not one file; `Step::export` writes it".to_owned();
        return Some(Err(ValueError::Encode { kind: type_name::<Dir>(), message }));
    }
    let file = value.downcast_ref::<File>()?;
    let path = || file.path().display().to_string();
    Some(std::fs::read(file.path()).map(Cow::Owned).map_err(|source| ValueError::File { path: path(), source }))
}

fn of_picture(bytes: &[u8]) -> Option<Preview> {
    (bytes.len() <= LARGEST_PICTURE).then(|| picture::preview(bytes))?
}

fn of_file(file: &File, most: usize) -> io::Result<Preview> {
    /// Bytes that a character of UTF-8 may take.
    const WIDEST: usize = 4;
    let mut open = file.open()?;
    let length = open.metadata()?.len();
    let mut bytes = Vec::new();
    let head = most.saturating_mul(WIDEST).saturating_add(1);
    open.by_ref().take(head as u64).read_to_end(&mut bytes)?;
    if picture::media_type(&bytes).is_some() {
        open.take((LARGEST_PICTURE + 1) as u64).read_to_end(&mut bytes)?;
        if let Some(preview) = of_picture(&bytes) {
            return Ok(preview);
        }
    }
    Ok(match text_of(&bytes) {
        Some(text) if length > 0 => Preview::beginning(text, most),
        _ => Preview::text(format!("{length} bytes in {}", file.path().display())),
    })
}

/// The paths of the files in it.
fn of_folder(folder: &Dir, most: usize) -> io::Result<Preview> {
    let manifest = folder.manifest()?;
    let files: Vec<_> = manifest.files().map(|(path, _)| path.display().to_string()).collect();
    let count = if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
    Ok(Preview::text(format!("{count}\n{}", files.join("\n"))).within(most))
}

/// The bytes as text, if they are the beginning of some: a character may be cut in two at the end.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let is_of_text = |character: char| !character.is_control() || matches!(character, '\n' | '\r' | '\t' | '\u{c}');
    text.chars().all(is_of_text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &tempfile::TempDir, content: &[u8]) -> File {
        let path = folder.path().join("a");
        std::fs::write(&path, content).unwrap();
        File::new(path)
    }

    #[test]
    fn a_file_is_looked_at_by_its_beginning_or_by_its_size_and_path() {
        let folder = tempfile::tempdir().unwrap();
        let shown = |content: &[u8], most| preview(&file(&folder, content), most).unwrap();
        assert_eq!(shown(b"a,b\n1,2\n", 100), Preview::text("a,b\n1,2\n"));
        let cut = shown("üüüüü".as_bytes(), 4);
        assert_eq!((cut.text.as_str(), cut.cut), ("üüüü", true));
        let path = folder.path().join("a");
        for (content, size) in [(&b"a\0b"[..], 3), (b"\xff\xfe", 2), (b"", 0)] {
            assert_eq!(shown(content, 100).text, format!("{size} bytes in {}", path.display()));
        }
        assert!(preview(&File::new(folder.path().join("gone")), 100).unwrap().text.starts_with("cannot read "));
    }

    #[test]
    fn a_picture_in_a_file_is_read_whole_however_little_text_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", " ".repeat(5_000));
        let shown = preview(&file(&folder, svg.as_bytes()), 100).unwrap();
        assert_eq!(shown.picture.unwrap().bytes, svg.as_bytes());
        assert!(shown.text.starts_with("SVG"), "{}", shown.text);
    }

    #[test]
    fn a_folder_is_looked_at_by_its_files_and_is_not_saved_as_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["a.csv", "b/c.csv"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let value = Dir::new(folder.path());
        assert_eq!(preview(&value, 100).unwrap().text, "2 files\na.csv\nb/c.csv");
        assert!(content(&value).unwrap().unwrap_err().to_string().contains("`Step::export`"));
    }

    #[test]
    fn bytes_are_a_picture_or_left_to_be_told_as_numbers() {
        assert_eq!(preview(&b"abc".to_vec(), 100), None);
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
        assert!(preview(&svg, 100).unwrap().picture.is_some());
        assert_eq!(preview(&3_u8, 100), None);
    }
}
