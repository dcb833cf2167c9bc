//! From files to reads and transcripts: FASTQ and FASTA, compressed or not, with every line checked.
//!
//! A file that is not what it should be stops the reading, with a message that says where and what was expected.

use crate::data::{Read, Transcript};
use anyhow::{Context, Result, anyhow, bail, ensure};
use flate2::read::MultiGzDecoder;
use scrat::stash;
use std::io::{BufRead, BufReader, Lines};

/// What the letter of quality 0 is in a FASTQ file; that of quality 1 is the next one, and so on.
const LOWEST: u8 = b'!';

/// Reads a FASTQ file: four lines for each read.
#[stash]
pub(crate) fn load_reads(fastq: scrat::File) -> Result<Vec<Read>> {
    let mut text = Text::open(&fastq)?;
    let mut reads = Vec::new();
    while let Some(header) = text.line()? {
        let name = header.strip_prefix('@').and_then(first_word);
        let name = name.with_context(|| text.mistake("@ and the name of a read", &header))?.to_owned();
        let bases = bases(text.rest_of_read(&name)?, &text)?;
        let separator = text.rest_of_read(&name)?;
        ensure!(separator.starts_with('+'), text.mistake("a line that begins with +", &separator));
        let letters = text.rest_of_read(&name)?;
        ensure!(
            letters.len() == bases.len(),
            text.mistake(&format!("{} qualities, one for each base", bases.len()), &letters)
        );
        let quality = |letter: u8| letter.is_ascii_graphic().then(|| letter - LOWEST);
        let qualities = letters.bytes().map(quality).collect::<Option<_>>();
        let qualities = qualities.with_context(|| text.mistake("qualities, from ! to ~", &letters))?;
        reads.push(Read { name, bases, qualities });
    }
    ensure!(!reads.is_empty(), "{fastq}: expected reads, found an empty file");
    Ok(reads)
}

/// Reads a FASTA file: a line with the name of each transcript, and lines with its bases below.
#[stash]
pub(crate) fn load_transcripts(fasta: scrat::File) -> Result<Vec<Transcript>> {
    let mut text = Text::open(&fasta)?;
    let mut transcripts: Vec<Transcript> = Vec::new();
    while let Some(line) = text.line()? {
        if let Some(header) = line.strip_prefix('>') {
            let name = first_word(header).with_context(|| text.mistake("the name of a transcript behind >", &line))?;
            let is_known = transcripts.iter().any(|known| known.name == name);
            ensure!(!is_known, text.mistake("a name that no other transcript has", &line));
            transcripts.push(Transcript { name: name.to_owned(), bases: String::new() });
        } else {
            let last = transcripts.last_mut().with_context(|| text.mistake("> and the name of a transcript", &line))?;
            last.bases.push_str(&bases(line, &text)?);
        }
    }
    ensure!(!transcripts.is_empty(), "{fasta}: expected transcripts, found an empty file");
    Ok(transcripts)
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

/// Bases in capitals; everything that stands for several bases becomes N.
fn bases(mut line: String, text: &Text) -> Result<String> {
    ensure!(line.bytes().all(|base| base.is_ascii_alphabetic()), text.mistake("bases", &line));
    line.make_ascii_uppercase();
    Ok(line.replace('U', "T").replace(|base| !"ACGT".contains(base), "N"))
}

/// The lines of a file, and where in it we are.
struct Text {
    file: String,
    lines: Lines<Box<dyn BufRead>>,
    number: usize,
}

impl Text {
    /// Unpacks the file if it begins as those do that `gzip` has written.
    fn open(file: &scrat::File) -> Result<Self> {
        let mut reader = BufReader::new(file.open()?);
        let is_packed = reader.fill_buf().with_context(|| format!("{file} cannot be read"))?.starts_with(&[0x1f, 0x8b]);
        let reader: Box<dyn BufRead> =
            if is_packed { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) };
        Ok(Self { file: file.to_string(), lines: reader.lines(), number: 0 })
    }

    /// The next line, or none at the end of the file. Blank lines don't count.
    fn line(&mut self) -> Result<Option<String>> {
        for line in self.lines.by_ref() {
            self.number += 1;
            let mut line = line.map_err(|cause| anyhow!("{}, line {}: {cause}", self.file, self.number))?;
            line.truncate(line.trim_end().len());
            if !line.is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// The next line, which must be there.
    fn rest_of_read(&mut self, name: &str) -> Result<String> {
        match self.line()? {
            Some(line) => Ok(line),
            None => bail!("{}: expected four lines for each read, but the file ends within {name}", self.file),
        }
    }

    fn mistake(&self, expected: &str, found: &str) -> String {
        let found: String = found.chars().take(60).collect();
        format!("{}, line {}: expected {expected}, found \"{found}\"", self.file, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    /// What becomes of a file with this content. Each call gets a file of its own, because tests run at the same time.
    fn with_file<T>(name: &str, content: &[u8], load: impl FnOnce(scrat::File) -> Result<T>) -> Result<T> {
        let path = std::env::temp_dir().join(format!("reads-{}-{name}", std::process::id()));
        std::fs::write(&path, content)?;
        let loaded = load(path.as_path().into());
        std::fs::remove_file(&path)?;
        loaded
    }

    fn mistake(name: &str, text: &str) -> String {
        with_file(name, text.as_bytes(), load_reads::call_fresh).unwrap_err().to_string()
    }

    #[test]
    fn a_read_has_a_name_bases_and_a_quality_for_each_base() {
        let reads = with_file("plain", b"@one of two\nACgn\n+\n!\"+I\n", load_reads::call_fresh).unwrap();
        assert_eq!(reads, [Read { name: "one".into(), bases: "ACGN".into(), qualities: vec![0, 1, 10, 40] }]);
    }

    #[test]
    fn a_compressed_file_is_read_to_the_end_of_its_last_part() {
        let mut packed = Vec::new();
        for text in ["@one\nAC\n+\nII\n", "@two\nGT\n+\nII\n"] {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(text.as_bytes()).unwrap();
            packed.extend(encoder.finish().unwrap());
        }
        let reads = with_file("packed", &packed, load_reads::call_fresh).unwrap();
        assert_eq!(reads.iter().map(|read| read.bases.as_str()).collect::<Vec<_>>(), ["AC", "GT"]);
    }

    #[test]
    fn a_damaged_file_is_a_mistake_and_no_shorter_file() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all("@one\nACGT\n+\nIIII\n".repeat(100).as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        let cut = &packed[..packed.len() - 10];
        let text = with_file("damaged", cut, load_reads::call_fresh).unwrap_err().to_string();
        assert!(text.contains("damaged, line "), "{text}");
    }

    #[test]
    fn a_missing_quality_is_told_with_file_line_and_what_was_expected() {
        let text = mistake("quality", "@one\nACGT\n+\nIII\n");
        assert!(text.ends_with("quality, line 4: expected 4 qualities, one for each base, found \"III\""), "{text}");
    }

    #[test]
    fn a_file_that_ends_within_a_read_is_a_mistake() {
        assert!(mistake("end", "@one\nACGT\n+\nIIII\n@two\nAC\n").ends_with("the file ends within two"));
    }

    #[test]
    fn what_is_no_read_is_a_mistake() {
        for (name, text, expected) in [
            ("header", ">one\nACGT\n", "line 1: expected @ and the name of a read, found \">one\""),
            ("bases", "@one\nAC-GT\n+\nIIIII\n", "line 2: expected bases, found \"AC-GT\""),
            ("separator", "@one\nAC\nII\n", "line 3: expected a line that begins with +, found \"II\""),
            ("letters", "@one\nAC\n+\nI I\n", "line 4: expected 2 qualities, one for each base, found \"I I\""),
            ("empty", "", "expected reads, found an empty file"),
        ] {
            let found = mistake(name, text);
            assert!(found.ends_with(expected), "{found}");
        }
    }

    #[test]
    fn the_bases_of_a_transcript_may_be_in_many_lines() {
        let text = b">one first\nACG\nuRT\n\n>two\nTT\n";
        let transcripts = with_file("lines", text, load_transcripts::call_fresh).unwrap();
        let transcript = |name: &str, bases: &str| Transcript { name: name.into(), bases: bases.into() };
        assert_eq!(transcripts, [transcript("one", "ACGTNT"), transcript("two", "TT")]);
    }

    #[test]
    fn two_transcripts_of_one_name_are_a_mistake() {
        let text = with_file("twice", b">one\nAC\n>one\nGT\n", load_transcripts::call_fresh).unwrap_err().to_string();
        assert!(text.ends_with("line 3: expected a name that no other transcript has, found \">one\""), "{text}");
    }
}
