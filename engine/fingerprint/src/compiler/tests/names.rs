//! Symbols that somebody chose.

use super::*;

/// The fingerprint of the function `root` of the first of these crates, in a program with a library of another language.
fn fingerprint_of(texts: &[&str]) -> Hash {
    struct Foreign;
    impl Outside for Foreign {
        fn foreign(&self) -> Option<Hash> {
            Some([1; 32])
        }
    }
    let read = |(at, text): (usize, &&str)| Bodies::read(&format!("demo{at}"), [*text]);
    let crates: Vec<Bodies> = texts.iter().enumerate().map(read).collect();
    let crates: Vec<&Bodies> = crates.iter().collect();
    let linked = Linked::new(&crates, ("rustc", "x86_64"), Strictness::default(), &Foreign);
    let [root] = linked.named("root")[..] else { panic!("there is no root in {texts:?}") };
    linked.closure(root)
}

fn exported(name: &str, does: &str) -> String {
    function(name, does).replace("internal ", "")
}

#[test]
fn what_two_crates_call_the_same_counts_in_both() {
    let root = function(ROOT, "  call void @shared()");
    let of =
        |first: &str, second: &str| fingerprint_of(&[&root, &exported("shared", first), &exported("shared", second)]);
    let [one, two] = ["  store i8 1, ptr null", "  store i8 2, ptr null"];
    assert_ne!(of(one, one), of(one, two));
    assert_ne!(of(one, one), of(two, one));
    let behind = |does: &str| {
        let second = exported("shared", "  call void @behind()") + &exported("behind", does);
        fingerprint_of(&[&root, &exported("shared", one), &second])
    };
    assert_ne!(behind(one), behind(two));
}

#[test]
fn a_symbol_may_be_any_text() {
    for name in ["\"k in l\"", "\"constant 1\"", "llvm.k"] {
        let of = |holds: u8| {
            let root = format!("@{name} = external global i8\n")
                + &function(ROOT, &format!("  %x = load i8, ptr @{name}, align 1"));
            fingerprint_of(&[&root, &format!("@{name} = constant i8 {holds}, align 1\n")])
        };
        assert_ne!(of(1), of(2), "{name}");
    }
    let of =
        |does: &str| fingerprint_of(&[&function(ROOT, "  call void @\"k in l\"()"), &exported("\"k in l\"", does)]);
    assert_ne!(of("  store i8 1, ptr null"), of("  store i8 2, ptr null"));
}

#[test]
fn a_constant_with_a_symbol_may_be_read_by_another_language() {
    let of = |holds: u8, calls: &str| {
        let root = function(ROOT, &format!("  call void @{calls}()")) + &function(HELPER, "  store i8 1, ptr null");
        fingerprint_of(&[&root, &format!("@LIMIT = constant i8 {holds}, align 1\n")])
    };
    assert_ne!(of(1, "in_c"), of(2, "in_c"));
    assert_eq!(of(1, HELPER), of(2, HELPER), "Rust names what it reads");
}
