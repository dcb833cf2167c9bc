//! What `run --format json` prints, held against its document.

use std::collections::BTreeSet;

use crate::document::hold;
use crate::sandbox::Sandbox;

#[test]
fn a_run_prints_what_the_document_says() {
    const DOCUMENT: &str = include_str!("../../docs/run-json.md");
    let sandbox = Sandbox::with_nuts();
    let mut seen = BTreeSet::new();
    let mut held = |words: &str, code: i32| {
        let events = sandbox.pantry(words).exits(code).events();
        for event in &events {
            let name = event["event"].as_str().unwrap();
            hold(DOCUMENT, name, event);
            seen.insert(name.to_owned());
        }
        assert_eq!(events.last().unwrap()["event"], "finished");
    };
    held("run stock --format json", 0);
    held("run stock --times 1,2,4 --format json", 0);
    sandbox.write("results/report.md", "mine");
    held("run stock --format json", 0);
    held("run moody --format json --keep-going", 0);
    held("run moody --mood fail --format json --keep-going", 1);
    held("run moody --mood panic --format json", 1);
    let all = ["ended", "exported", "finished", "result", "started"];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), all);
}
