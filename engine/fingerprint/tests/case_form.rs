//! The form of a case in `tests/cases/`: how its text becomes two packages, and what is said where it doesn't.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::catalogue::{Case, Outcome, Tier, read};

#[expect(dead_code, reason = "cases are read here, not run")]
mod catalogue;

const HEAD: &str = "title\nmust · run: changed\n";

fn files(text: &str) -> Case {
    read("rule/name", &format!("{HEAD}{text}")).unwrap()
}

fn wrong(text: &str) -> String {
    read("rule/name", text).unwrap_err()
}

#[test]
fn marked_lines_are_in_one_side_and_all_others_in_both() {
    let case = files("//- src/lib.rs\n  fn f() {\n-     a();\n+     b();\n+\n\n  }\n");
    assert_eq!(case.before.files["src/lib.rs"], b"fn f() {\n    a();\n\n}\n");
    assert_eq!(case.after.files["src/lib.rs"], b"fn f() {\n    b();\n\n\n}\n");
}

#[test]
fn a_line_of_a_file_may_begin_with_any_mark() {
    let case = files("//- a.txt\n  - x\n  + y\n  //- z\n- - old\n+ + new\n  # w\n");
    assert_eq!(case.before.files["a.txt"], b"- x\n+ y\n//- z\n- old\n# w\n");
    assert_eq!(case.after.files["a.txt"], b"- x\n+ y\n//- z\n+ new\n# w\n");
}

#[test]
fn a_file_may_be_on_one_side_move_or_be_empty() {
    let case = files("//- a.rs · only before\n- a\n//- b.rs · only after\n//- c.rs → d/c.rs\n  c\n//- e.rs\n");
    assert_eq!(case.before.files.keys().collect::<Vec<_>>(), ["a.rs", "c.rs", "e.rs"]);
    assert_eq!(case.after.files.keys().collect::<Vec<_>>(), ["b.rs", "d/c.rs", "e.rs"]);
    assert_eq!(case.before.files["a.rs"], b"a\n");
    assert_eq!(case.after.files["d/c.rs"], b"c\n");
    assert_eq!(case.after.files["b.rs"], b"");
}

#[test]
fn a_line_with_escapes_has_any_bytes_and_need_not_end() {
    let case = files("//- a.txt\n \\one\\r\n \\\\ttab\\\\ \\x20\n-\\\\xff\\x00\\\n+\\end\\\n");
    assert_eq!(case.before.files["a.txt"], b"one\r\n\ttab\\  \n\xff\0");
    assert_eq!(case.after.files["a.txt"], b"one\r\n\ttab\\  \nend");
}

#[test]
fn a_case_says_all_that_is_to_be_known_about_its_edit() {
    let head = "a title\nprecise · run: changed · control: any\n# a remark\ncompiled · run: same\nrenamed · run: go\n\
                before · LEVEL: 1\nafter · LEVEL: a: b · OTHER:\npackage · app\nbin · case\ncompiles · no\n";
    let case = read("rule/name", head).unwrap();
    assert_eq!((case.name.as_str(), case.title.as_str(), case.tier), ("rule/name", "a title", Tier::Precise));
    assert_eq!((case.expect["run"], case.expect["control"]), (Outcome::Changed, Outcome::Any));
    assert_eq!(case.compiled["run"], Outcome::Same);
    assert_eq!((case.name_after("run"), case.name_after("control")), ("go", "control"));
    assert_eq!(case.before.env["LEVEL"], "1");
    assert_eq!((case.after.env["LEVEL"].as_str(), case.after.env["OTHER"].as_str()), ("a: b", ""));
    assert_eq!((case.package.as_deref(), case.bin.as_deref(), case.compiles), (Some("app"), Some("case"), false));
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    assert_eq!(wrong("title\n"), "nothing says what the edit must do");
    assert_eq!(wrong("title\nmay · run: same\n"), "line 2: `may` says nothing about a case");
    assert_eq!(wrong("title\nmust · run: other\n"), "line 2: `other` is none of changed, same and any");
    assert_eq!(wrong("title\nmust · run: same · run: same\n"), "line 2: `run` twice");
    for (text, said) in [
        ("//- a\n  x\n//- a\n", "line 5: `a` twice"),
        ("//- a\n-x\n", "line 4: neither a blank nor `\\` behind the mark"),
        ("//- a\nx x\n", "line 4: a line begins with a blank, `-` or `+`"),
        ("//- a · only before\n  x\n", "line 4: a line of a side that has no such file"),
        ("//- a · before\n", "line 3: `before` is neither `only before` nor `only after`"),
        ("//- a\n \\\\q\n", "line 4: an escape that is none of \\\\, \\t, \\r and \\xNN"),
    ] {
        assert_eq!(wrong(&format!("{HEAD}{text}")), said);
    }
}
