//! What a user sees of results. This program is the pipeline's own: called with words, it is the command; called
//! without, it tells the stories, each in a folder of its own.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a story stops where something goes wrong, and says so")]

#[path = "see/document.rs"]
mod document;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use scrat::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 32\"><rect width=\"9\" height=\"9\"/></svg>";

/// One black dot.
const PNG: [u8; 67] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58, 126, 155,
    85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 96, 0, 0, 0, 2, 0, 1, 72, 175, 164, 113, 0, 0, 0, 0, 73, 69, 78, 68,
    174, 66, 96, 130,
];

#[derive(Serialize, Deserialize)]
struct Tree {
    name: String,
    height: f64,
}

#[stash]
fn words(title: String) -> String {
    format!("# {title}\n\n<b>two</b> lines\n")
}

#[stash]
fn sizes(count: u32) -> Vec<f64> {
    (1..=count).map(f64::from).collect()
}

#[stash]
fn trees(title: String) -> Vec<Tree> {
    vec![Tree { name: title, height: 7.5 }, Tree { name: "elm".to_owned(), height: 12.0 }]
}

#[stash]
fn chart(sizes: &[f64]) -> String {
    assert!(!sizes.is_empty());
    SVG.to_owned()
}

#[stash]
fn dot() -> Vec<u8> {
    PNG.to_vec()
}

/// Copies the notes, or what is not text if there is a mark.
#[stash]
fn copy(notes: scrat::File, is_text: bool) -> std::io::Result<scrat::File> {
    let name = format!("copy-{is_text}");
    fs::write(&name, if is_text { notes.read()? } else { vec![0, 159, 146, 150] })?;
    Ok(scrat::File::new(name))
}

#[stash(disable)]
fn page(words: String, trees: Vec<Tree>, chart: String, dot: Vec<u8>, copies: Vec<scrat::File>) -> usize {
    words.len() + trees.len() + chart.len() + dot.len() + copies.len()
}

#[pipeline(title = "Nuts", notes = "notes.txt")]
fn looks(title: String, notes: scrat::File) -> (Step<usize>, Step<Vec<Tree>>) {
    let copies: Vec<_> = [true, false].into_iter().map(|is_text| copy::step(notes.clone(), is_text)).collect();
    let trees = trees::step(title.clone());
    let page = page::step(words::step(title), &trees, chart::step(sizes::step(3)), dot::step(), copies);
    (page, trees)
}

struct Told {
    out: String,
    err: String,
    code: i32,
}

/// Calls the command in a folder. Words stand apart by two spaces.
fn scrat(folder: &Path, words: &str) -> Told {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(words.split("  "))
        .current_dir(folder)
        .env_remove("SCRAT_INVOKED_FROM")
        .output()
        .unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    Told { out, err, code: output.status.code().unwrap_or(-1) }
}

impl Told {
    /// Checks that a mistake was told, with a hint and an exit code.
    #[track_caller]
    fn complains(&self, code: i32, sentence: &str, hint: &str) {
        let line = |start: &str| self.err.lines().find(|line| line.starts_with(start)).unwrap_or_default();
        assert!(line("error:").contains(sentence) && line(" hint:").contains(hint), "{}", self.err);
        assert_eq!((self.code, self.out.as_str()), (code, ""));
    }
}

fn a_result_is_shown_as_people_read_it(folder: &Path) {
    scrat(folder, "run");
    let shown = |step: &str| scrat(folder, &format!("show  {step}")).out;
    assert_eq!(shown("words"), "# Nuts\n\n<b>two</b> lines\n");
    assert_eq!(shown("sizes"), "3 × f64\nmin 1.0 · mean 2 · max 3.0\n1.0, 2.0, 3.0\n");
    assert!(shown("trees").contains("Tree { name: \"elm\", height: 12 }"), "{}", shown("trees"));
    assert_eq!(shown("chart"), format!("SVG · 64 × 32 · {} bytes\n", SVG.len()));
    assert_eq!(shown("dot"), "PNG · 1 × 1 · 67 bytes\n");
    assert_eq!(shown("copy is_text=true"), "by hand\n");
    assert!(shown("copy is_text=false").starts_with("4 bytes in /"), "{}", shown("copy is_text=false"));
    let both = shown("copy");
    assert!(both.starts_with("copy is_text=true  by hand\n") && both.contains("copy is_text=false"), "{both}");
    // The same is seen from the stash.
    let key = scrat(folder, "show  chart  --format  json").out;
    let key: Value = serde_json::from_str(&key).unwrap();
    let told = scrat(folder, &format!("stash  show  {}", key["key"].as_str().unwrap())).out;
    assert!(told.ends_with(&format!("\n\nSVG · 64 × 32 · {} bytes\n", SVG.len())), "{told}");
}

fn a_result_of_a_run_is_cut_for_a_terminal_alone(folder: &Path) {
    let told = scrat(folder, "run").out;
    let trees = "[Tree { name: \"Nuts\", height: 7.5 }, Tree { name: \"elm\", height: 12 }]\n";
    assert!(told.contains(trees), "{told}");
}

fn a_result_is_shown_to_programs_as_json(folder: &Path) {
    const DOCUMENT: &str = include_str!("../../docs/plan-json.md");
    let json = |step: &str| -> Value {
        serde_json::from_str(&scrat(folder, &format!("show  {step}  --format  json")).out).unwrap()
    };
    let told = scrat(folder, "show  words  --format  json");
    assert_eq!(told.code, 3);
    assert_eq!(json("words")["missing"], "words has no result: it has never run");
    scrat(folder, "run");
    for step in ["words", "sizes", "dot", "page"] {
        document::hold(DOCUMENT, "scrat show STEP", &json(step));
    }
    assert_eq!(json("sizes")["value"], json!([1, 2, 3]));
    assert_eq!((&json("sizes")["missing"], &json("sizes")["status"]), (&Value::Null, &json!("fresh")));
    assert_eq!(
        (&json("dot")["picture"], &json("dot")["text"]),
        (&json!("image/png"), &json!("PNG · 1 × 1 · 67 bytes"))
    );
    assert_eq!(json("trees")["value"][1], json!({"name": "elm", "height": 12}));
}

fn what_is_not_current_is_not_shown(folder: &Path) {
    let never = "words has no result: it has never run";
    scrat(folder, "show  words").complains(3, never, "`scrat run looks` computes it");
    scrat(folder, "show  chart").complains(3, "chart has no current result: steps before it", "`scrat run looks`");
    scrat(folder, "run");
    let other = scrat(folder, "show  words  --title  Acorns");
    other.complains(3, "words has no current result: argument title", "`scrat run looks --title Acorns` computes it");
    assert!(other.err.contains("`scrat stash list words` lists older ones"), "{}", other.err);
    scrat(folder, "show  page").complains(3, "its results are not stored", "`Step::export`");
    fs::write(folder.join("notes.txt"), "edited").unwrap();
    let some = scrat(folder, "show  copy");
    assert_eq!((some.code, some.out.lines().count()), (3, 0), "{}", some.err);
    scrat(folder, "show  sise").complains(2, "looks has no step `sise`", "chart, copy, dot, page, sizes, trees, words");
}

fn a_result_is_written_in_the_format_of_the_extension(folder: &Path) {
    scrat(folder, "run");
    let to = |step: &str, file: &str| scrat(folder, &format!("show  {step}  --to  {file}"));
    let read = |file: &str| fs::read(folder.join(file)).unwrap();
    let told = to("dot", "out/dot.PNG");
    assert_eq!((told.code, told.out.as_str(), told.err.as_str()), (0, "", "wrote out/dot.PNG\n"));
    assert_eq!(read("out/dot.PNG"), PNG);
    to("chart", "chart.svg");
    assert_eq!(read("chart.svg"), SVG.as_bytes());
    to("copy is_text=true", "copied");
    assert_eq!(read("copied"), b"by hand\n");
    to("trees", "trees.json");
    assert_eq!(serde_json::from_slice::<Value>(&read("trees.json")).unwrap()[1]["height"], 12);
    to("sizes", "sizes.xyz").complains(2, "`.json`", "the extension of FILE");
    assert!(!folder.join("sizes.xyz").exists());
    to("copy", "copies.txt").complains(2, "`copy` is 2 steps", "`copy is_text=true`, `copy is_text=false`");
}

fn no_file_is_lost_to_a_result(folder: &Path) {
    scrat(folder, "run");
    fs::write(folder.join("mine.md"), "mine").unwrap();
    let told = scrat(folder, "show  words  --to  mine.md");
    assert!(told.code == 0 && told.err.contains("the file that was there is now mine.md.kept-1"), "{}", told.err);
    assert_eq!(fs::read(folder.join("mine.md.kept-1")).unwrap(), b"mine");
    let again = scrat(folder, "show  words  --to  mine.md");
    assert!(again.code == 0 && !again.err.contains("kept"), "it is scrat's own: {}", again.err);
    let own = "write it to a file of its own";
    scrat(folder, "show  words  --to  notes.txt").complains(2, "notes.txt, which is an input of the pipeline", own);
    scrat(folder, "show  words  --to  .scrat/a.md").complains(2, "in the stash", own);
    scrat(folder, "show  words  --to  ./").complains(2, "the name of a folder", own);
    assert_eq!(fs::read(folder.join("notes.txt")).unwrap(), b"by hand\n");
}

fn the_page_shows_results_unless_it_is_told_not_to(folder: &Path) {
    let previews = |words: &str| -> Value {
        let page = scrat(folder, words).out;
        let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
        serde_json::from_str::<Value>(data).unwrap()["previews"].clone()
    };
    assert_eq!(previews("graph  --format  html"), json!({}), "nothing ran yet");
    scrat(folder, "run");
    let shown = previews("graph  --format  html");
    let all: Vec<&Value> = shown.as_object().unwrap().values().collect();
    assert_eq!(all.len(), 7, "all but the page, which is not stored");
    assert!(all.iter().any(|shown| shown["text"] == "# Nuts\n\n<b>two</b> lines\n"));
    let images: Vec<_> = all.iter().filter_map(|shown| shown["image"].as_str()?.split(';').next()).collect();
    assert_eq!(images.len(), 2, "{images:?}");
    assert!(images.contains(&"data:image/svg+xml") && images.contains(&"data:image/png"));
    assert_eq!(previews("graph  --format  html  --no-previews"), json!({}));
    assert!(!scrat(folder, "graph  --format  json").out.contains("preview"));
}

fn main() -> ExitCode {
    type Story = (&'static str, fn(&Path));
    const STORIES: [Story; 7] = [
        ("a_result_is_shown_as_people_read_it", a_result_is_shown_as_people_read_it),
        ("a_result_of_a_run_is_cut_for_a_terminal_alone", a_result_of_a_run_is_cut_for_a_terminal_alone),
        ("a_result_is_shown_to_programs_as_json", a_result_is_shown_to_programs_as_json),
        ("what_is_not_current_is_not_shown", what_is_not_current_is_not_shown),
        ("a_result_is_written_in_the_format_of_the_extension", a_result_is_written_in_the_format_of_the_extension),
        ("no_file_is_lost_to_a_result", no_file_is_lost_to_a_result),
        ("the_page_shows_results_unless_it_is_told_not_to", the_page_shows_results_unless_it_is_told_not_to),
    ];
    let words: Vec<_> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| ["run", "graph", "show", "stash"].contains(&word.as_str())) {
        return scrat::main();
    }
    // A harness is asked for its list, and for what it ignores, which is nothing.
    if words.iter().any(|word| word == "--list" || word == "--ignored") {
        return ExitCode::SUCCESS;
    }
    let filters: Vec<_> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    for (name, story) in STORIES.iter().filter(|(name, _)| wanted(name)) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.txt"), "by hand\n").unwrap();
        story(folder.path());
        eprintln!("{name} ... ok");
    }
    ExitCode::SUCCESS
}
