//! Closures of a few lines of LLVM's text, one rule each.

use crate::code::{Counts, Hash, Strictness};

use super::{Alone, Bodies, Linked, Outside};

mod names;
mod start_up;

/// The fingerprint of the function `root` of a crate `demo`.
fn fingerprint(text: &str) -> Hash {
    let bodies = Bodies::read("demo", [text]);
    assert_eq!(Bodies::from_bytes(&bodies.to_bytes()).as_ref(), Ok(&bodies));
    let crates = [&bodies];
    let linked = Linked::new(&crates, ("rustc", "x86_64"), Strictness::default(), &Alone);
    let [root] = linked.named("root")[..] else { panic!("there is no root in {text}") };
    linked.closure(root)
}

fn function(symbol: &str, body: &str) -> String {
    format!("define internal void @{symbol}() {{\nstart:\n{body}\n  ret void\n}}\n\n")
}

/// The same, where code of packages is compiled with these checks.
fn fingerprint_with(checks: &'static str, text: &str) -> Hash {
    struct Checked(&'static str);
    impl Outside for Checked {
        fn checks(&self) -> &str {
            self.0
        }
    }
    let bodies = Bodies::read("demo", [text]);
    let crates = [&bodies];
    let checked = Checked(checks);
    let linked = Linked::new(&crates, ("rustc", "x86_64"), Strictness::default(), &checked);
    let [root] = linked.named("root")[..] else { panic!("there is no root in {text}") };
    linked.closure(root)
}

const ROOT: &str = "_RNvCs1_4demo4root";
const HELPER: &str = "_RNvCs1_4demo6helper";

#[test]
fn a_helper_counts_by_what_it_does_and_not_by_its_name() {
    let program = |name: &str, does: &str, unused: &str| {
        function(ROOT, &format!("  call void @{name}()"))
            + &function(name, does)
            + &function("_RNvCs1_4demo5other", unused)
    };
    let before = fingerprint(&program(HELPER, "  store i8 1, ptr null", ""));
    assert_eq!(before, fingerprint(&program("_RNvNtCs1_4demo3new6renamed", "  store i8 1, ptr null", "")));
    assert_eq!(before, fingerprint(&program(HELPER, "  store i8 1, ptr null", "  store i8 9, ptr null")));
    assert_ne!(before, fingerprint(&program(HELPER, "  store i8 2, ptr null", "")));
}

#[test]
fn an_edit_makes_one_body_anew_and_the_closures_that_lead_to_it() {
    let [leaf, other, unused] =
        ["_RNvCs1_4demo4leaf", "_RNvCs1_4demo5other", "_RNvCs1_4demo6unused"].map(str::to_owned);
    let before = [
        (ROOT.to_owned(), format!("  call void @{HELPER}()")),
        (HELPER.to_owned(), format!("  call void @{leaf}()")),
        (leaf.clone(), "  store i8 1, ptr null".to_owned()),
        (other.clone(), "  store i8 2, ptr null".to_owned()),
        (unused.clone(), "  store i8 3, ptr null".to_owned()),
    ];
    let read = |program: &[(String, String)]| {
        Bodies::read("demo", [program.iter().map(|(name, does)| function(name, does)).collect::<String>()])
    };
    let closures = |bodies: &Bodies| {
        let crates = [bodies];
        let linked = Linked::new(&crates, ("rustc", "x86_64"), Strictness::default(), &Alone);
        [ROOT, &other].map(|name| linked.closure(linked.find(name).expect("it is there")))
    };
    // What is edited, and whether the first function and the other one are then made anew.
    let edits = [(ROOT, [true, false]), (&leaf, [true, false]), (&other, [false, true]), (&unused, [false, false])];
    for (edited, anew) in edits {
        let mut after = before.clone();
        let body = after.iter_mut().find(|(name, _)| name == edited).expect("it is there");
        body.1.push_str("\n  store i8 9, ptr null");
        let (old, new) = (read(&before), read(&after));
        let changed: Vec<&str> = (old.bodies.iter().zip(&new.bodies))
            .filter(|(old, new)| old != new)
            .map(|(_, body)| new.names[body.name as usize].as_str())
            .collect();
        assert_eq!(changed, [edited]);
        let (old, new) = (closures(&old), closures(&new));
        assert_eq!([old[0] != new[0], old[1] != new[1]], anew, "{edited}");
    }
}

#[test]
fn a_place_counts_where_it_is_asked_for_or_told_to_a_package_and_data_that_looks_like_one_does() {
    let program = |file: &str, line: u8, callee: &str| {
        let length = file.len() - "\\00".len();
        format!(
            "@file = private unnamed_addr constant [9 x i8] c\"{file}\", align 1\n\
             @place = private unnamed_addr constant <{{ ptr, [16 x i8] }}> <{{ ptr @file, [16 x i8] \
             c\"\\{length:02X}\\00\\00\\00\\00\\00\\00\\00\\{line:02X}\\00\\00\\00\\01\\00\\00\\00\" }}>, align 8\n"
        ) + &function(ROOT, &format!("  call void @{callee}(ptr align 8 @place)"))
    };
    let moves =
        |file: &str, callee: &str| fingerprint(&program(file, 1, callee)) != fingerprint(&program(file, 2, callee));
    let panics = "_RNvNtCs2_4core9panicking5panic";
    assert!(!moves("src/a.rs\\00", panics));
    assert!(moves("src/a.rs\\00", "_RNvMNtNtCs2_4core5panic8locationNtB2_8Location4file"));
    assert!(moves("src/a.rs\\00", "_RNvCs3_3log4tell"), "a package may ask for it");
    assert!(moves("src/a.bc\\00", panics), "it is no place");

    let stored = |line| {
        fingerprint(&program("src/a.rs\\00", line, panics).replace(
            &format!("call void @{panics}(ptr align 8 @place)"),
            "store ptr @place, ptr %x\n  call void @_RNvCs3_3log4tell(ptr %x)",
        ))
    };
    assert_ne!(stored(1), stored(2), "whoever sees the memory sees it");
    for memory in ["constant", "global"] {
        let site = format!("@_RNvCs1_4demo4SITE = {memory} <{{ ptr }}> <{{ ptr @place }}>, align 8\n");
        let told = |line| {
            let text =
                program("src/a.rs\\00", line, "_RNvCs3_3log4tell").replace("8 @place)", "8 @_RNvCs1_4demo4SITE)");
            fingerprint(&(site.clone() + &text))
        };
        assert_ne!(told(1), told(2), "it is in a {memory}");
    }
    let hooked = |line| {
        const SHOWS: &str = "_RNvXs1_NtCs4_3std5panicNtB5_13PanicHookInfoNtNtCs2_4core3fmt7Display3fmt";
        let calls = format!("  call void @{SHOWS}()\n  call void @{panics}(");
        fingerprint(&program("src/a.rs\\00", line, panics).replace(&format!("  call void @{panics}("), &calls))
    };
    assert_ne!(hooked(1), hooked(2), "a hook is told where a panic was");

    const OWN: &str = "_RNvMCs1_4demoNtB2_8Location3new";
    let with_own = |line| {
        let calls = format!("  call void @{OWN}()\n  call void @{panics}(");
        let program = program("src/a.rs\\00", line, panics).replace(&format!("  call void @{panics}("), &calls);
        fingerprint(&(program + &function(OWN, "")))
    };
    assert_eq!(with_own(1), with_own(2), "a type of the user's may be called like it");
}

#[test]
fn a_place_counts_if_what_gets_it_hands_it_on_to_a_package_or_keeps_it() {
    // `Result::expect` for an error of a package, which is no text of the user's, and a function of the user's.
    const EXPECT: &str = "_RNvMNtCs2_4core6resultINtB2_6ResultNtCs3_3log5ErrorE6expectCs1_4demo";
    const PANIC: &str = "_RNvNtCs2_4core6result13unwrap_failed";
    const LOG: &str = "_RNvCs3_3log4tell";
    let program = |line: u8, callee: &str, body: Option<&str>| {
        let rest = match body {
            Some(body) => {
                format!(
                    "define internal void @{callee}(ptr align 8 %self, ptr align 8 %0) {{\nstart:\n{body}\n  ret void\n}}\n\n"
                )
            }
            None => String::new(),
        };
        format!(
            "@file = private unnamed_addr constant [9 x i8] c\"src/a.rs\\00\", align 1\n\
             @place = private unnamed_addr constant <{{ ptr, [16 x i8] }}> <{{ ptr @file, [16 x i8] \
             c\"\\08\\00\\00\\00\\00\\00\\00\\00\\{line:02X}\\00\\00\\00\\01\\00\\00\\00\" }}>, align 8\n"
        ) + &function(ROOT, &format!("  call void @{callee}(ptr null, ptr align 8 @place)"))
            + &rest
    };
    let moves = |callee: &str, body: Option<&str>| {
        fingerprint(&program(1, callee, body)) != fingerprint(&program(2, callee, body))
    };
    let calls = |symbol: &str| format!("  call void @{symbol}(ptr %self, ptr align 8 %0)");
    for callee in [EXPECT, HELPER] {
        assert!(!moves(callee, Some("  store ptr %self, ptr null")), "{callee} does nothing with it");
        assert!(!moves(callee, Some(&calls(PANIC))), "{callee} panics");
        assert!(moves(callee, Some(&calls(LOG))), "{callee} tells a package");
        assert!(moves(callee, Some("  store ptr %0, ptr null")), "{callee} keeps it");
        assert!(moves(callee, Some(&calls("llvm.memcpy"))), "{callee} copies it");
        assert!(moves(callee, Some("  call void %self(ptr @file, ptr %0)")), "{callee} hands it to somebody unknown");
    }
    let given_first = |line: u8| {
        let given = program(line, HELPER, Some("  store ptr %self, ptr null"));
        fingerprint(&given.replace("(ptr null, ptr align 8 @place)", "(ptr align 8 @place, ptr null)"))
    };
    assert_ne!(given_first(1), given_first(2), "memory that looks like a place and is given as another thing");
    let of_a_static = |line: u8| {
        let given = program(line, HELPER, Some("  store ptr %self, ptr null"));
        fingerprint(
            &given
                .replace("@place = private unnamed_addr", "@place = internal")
                .replace("@place", "@_RNvCs1_4demo5ENTRY"),
        )
    };
    assert_ne!(of_a_static(1), of_a_static(2), "what has a name is somebody's");
    assert!(moves(EXPECT, None), "what it does with it is not known");
    let of_scrat = EXPECT.replace("3log", "12scrat_engine");
    assert!(!moves(&of_scrat, None), "scrat tells nobody");
}

#[test]
fn assembler_leads_to_what_it_names() {
    let outside = |does: &str| {
        format!("module asm \"via: jmp {HELPER}\"\n") + &function(ROOT, "  call void @via()") + &function(HELPER, does)
    };
    assert_ne!(fingerprint(&outside("")), fingerprint(&outside("  store i8 1, ptr null")));
    let inside = |does: &str| {
        function(ROOT, "  call void asm sideeffect \"call helper_c\", \"~{memory}\"()")
            + &function("helper_c", does).replace("internal ", "")
    };
    assert_ne!(fingerprint(&inside("")), fingerprint(&inside("  store i8 1, ptr null")));
    let by_its_shortest_name = |does: &str| {
        function(ROOT, "  call void asm sideeffect \"\\09jmp\\09f\\0A\", \"~{memory}\"()")
            + &function("f", does).replace("internal ", "")
    };
    assert_ne!(fingerprint(&by_its_shortest_name("")), fingerprint(&by_its_shortest_name("  store i8 1, ptr null")));
    let behind_a_tab = |does: &str| outside(does).replace("via: jmp ", "via:\\09jmp\\09");
    assert_ne!(fingerprint(&behind_a_tab("")), fingerprint(&behind_a_tab("  store i8 1, ptr null")));
}

#[test]
fn assembler_of_any_crate_counts_once_something_foreign_is_reached() {
    let program = |calls: &str, returns: u8| {
        fingerprint(
            &(format!(
                "module asm \".macro defn n\"\nmodule asm \"k3_fn_\\\\\\n: mov eax, {returns}\"\nmodule asm \"defn one\"\n"
            ) + &function(ROOT, &format!("  call void @{calls}()"))),
        )
    };
    assert_ne!(program("k3_fn_one", 1), program("k3_fn_one", 2), "a macro makes the label");
    let labelled = |label: &str, returns: u8| {
        fingerprint(
            &(format!("module asm \"{label}: mov eax, {returns}\"\n") + &function(ROOT, "  call void @malloc()")),
        )
    };
    assert_eq!(labelled("own", 1), labelled("own", 2), "every program has `malloc`, and nobody calls this");
    assert_ne!(labelled("malloc", 1), labelled("malloc", 2), "it is in the place of that");
    assert_ne!(labelled("__muloti4", 1), labelled("__muloti4", 2), "the compiler calls it");
}

#[test]
fn what_every_program_calls_counts_for_all_where_the_program_has_it() {
    let program = |computes: &str, symbol: &str, does: &str| {
        fingerprint(&(function(ROOT, computes) + &function(symbol, does).replace("internal ", "")))
    };
    let counts = |computes: &str, symbol: &str| {
        program(computes, symbol, "") != program(computes, symbol, "  store i8 1, ptr null")
    };
    assert!(counts("  %x = call double @llvm.sin.f64(double 1.0)", "sin"));
    assert!(counts("  %x = call float @_RNvMNtCs7_3std3f323cos(float 1.0)", "cosf"), "the standard library calls it");
    assert!(counts("  %x = frem double 1.0, 2.0", "fmod"));
    assert!(counts("  %x = call float @llvm.trunc.f32(float 1.0)", "truncf"));
    assert!(counts("  %x = fptosi float 1.0 to i128", "__fixsfti"));
    assert!(!counts("  %x = frem double 1.0, 2.0", "solve"));
}

#[test]
fn a_naked_function_is_what_the_assembler_says() {
    let naked = "_RNvCs1_4demo5naked";
    let program = |returns: u8, other: &str| {
        fingerprint(
            &(format!("module asm \"{naked}:\\0A\\09mov eax, {returns}\"\n")
                + &function(ROOT, &format!("  call void @{naked}()"))
                + &function("_RNvCs1_4demo5other", other)),
        )
    };
    assert_ne!(program(1, ""), program(2, ""));
    assert_eq!(program(1, ""), program(1, "  store i8 1, ptr null"), "it does not lead there");
}

#[test]
fn what_a_foreign_function_or_a_package_may_call_back_counts_but_what_scrat_is_made_of_calls_nothing() {
    let program = |calls: &str, does: &str| {
        fingerprint(
            &(function(ROOT, &format!("  call void @{calls}()"))
                + &function("called_back", does).replace("internal ", "")),
        )
    };
    let counts = |calls: &str| program(calls, "") != program(calls, "  store i8 1, ptr null");
    assert!(counts("solve"));
    assert!(counts("_RNvCs9_3csv4read"));
    assert!(counts("_RNvNtCs9_8tempfile3dir7tempdir"));
    assert!(counts("_RINvNtCs3_10serde_core3ser9serializeNtCs9_3csv6RecordECs9_3csv"));
    assert!(!counts("_RINvNtCs3_10serde_core3ser9serializeNtCs4_12scrat_engine4FileECs4_12scrat_engine"));
    assert!(!counts("_RNvNtCs9_9hashbrown3raw6resize"));
}

#[test]
fn types_that_scrat_alone_stores_are_told_apart() {
    let program = |kind: &str| {
        function(ROOT, &format!("  call void @_RINvNtCs4_12scrat_engine9code_view5coded{kind}ECs1_4demo()"))
    };
    assert_ne!(fingerprint(&program("c")), fingerprint(&program("m")), "a char and a u32");
}

#[test]
fn another_scrat_is_no_other_code_whoever_made_it() {
    let made = |scrat: &str, symbol: &str| {
        function(ROOT, &format!("  call void @{}()", symbol.replace("SCRAT", &format!("Cs{scrat}_12scrat_engine"))))
    };
    let same = |symbol: &str| fingerprint(&made("4", symbol)) == fingerprint(&made("9Qx", symbol));
    assert!(same("_RINvNtCs7_4core3ptr13drop_in_placeNtSCRAT4FileESCRAT"), "of its types alone");
    assert!(same("_RINvNtCs3_6anyhow5error4fromNtSCRAT5ErrorECs1_4demo"), "of a package, for its types");
    assert!(same("_RINvNtCs3_6anyhow5error4fromaESCRAT"), "made by it");
    let package = |version: &str| format!("_RINvNtCs{version}_6anyhow5error4fromNtSCRAT5ErrorECs1_4demo");
    assert_ne!(fingerprint(&made("4", &package("3"))), fingerprint(&made("4", &package("5"))));
}

#[test]
fn what_scrat_drops_as_it_stores_is_nothing_unless_it_is_the_users_own() {
    let program = |dropped: &str| {
        let stores = "_RINvNtCs4_12scrat_engine9code_view5codedmECs1_4demo";
        function(ROOT, &format!("  call void @{stores}()"))
            + &function(stores, &format!("  call void @_RINvNtCs7_4core3ptr13drop_in_place{dropped}ECs1_4demo()"))
    };
    let fingerprint_of = |dropped: &str| fingerprint(&program(dropped));
    assert_eq!(fingerprint_of("NtCs5_8tempfile4File"), fingerprint_of("NtCs6_8tempfile4File"), "another version");
    assert_ne!(fingerprint_of("NtCs1_4demo3One"), fingerprint_of("NtCs1_4demo5Other"));
}

#[test]
fn of_compatible_versions_it_still_counts_which_function_is_called() {
    let program = |method: &str, own: &str| {
        let bodies = Bodies::read(
            "demo",
            [{
                let symbol = format!("_RINvNtCs7_4core4iter{method}NtCs1_4demo{own}ECs1_4demo");
                function(ROOT, &format!("  call void @{symbol}()"))
                    + &function(&symbol, &format!("  call void @{HELPER}()"))
                    + &function(HELPER, "")
            }],
        );
        let crates = [&bodies];
        let strictness = Strictness { toolchain: Counts::Compatible, packages: Counts::Compatible };
        let linked = Linked::new(&crates, ("rustc 1.95.0", "x86_64"), strictness, &Alone);
        linked.closure(linked.named("root")[0])
    };
    assert_ne!(program("3any", "1A"), program("3all", "1A"));
    assert_eq!(program("3any", "1A"), program("3any", "1B"), "a type may have another name");
}

#[test]
fn generic_code_that_was_made_for_a_program_alone_counts_by_the_libraries_that_it_is_about() {
    struct Libraries(Hash);
    impl Outside for Libraries {
        fn library(&self, krate: &str) -> Option<Hash> {
            (krate == "types").then_some(self.0)
        }
    }
    let types = Bodies::read("types", [""]);
    let with = |library: u8, reached: &str| {
        let demo = Bodies::read("demo", [function(ROOT, &format!("  call void @{reached}()"))]);
        let (crates, around) = ([&demo, &types], Libraries([library; 32]));
        let linked = Linked::new(&crates, ("rustc", "x86_64"), Strictness::default(), &around);
        linked.closure(linked.named("root")[0])
    };
    const SHOW: &str = "_RNvXs_NtCs7_5alloc3vecINtB4_3VecNtCs2_5types3RecENtNtCs8_4core3fmt5Debug3fmtCs2_5types";
    assert_ne!(with(1, SHOW), with(2, SHOW), "another crate made it, and no record has it");
    assert_eq!(with(1, "_RNvCs2_5types3run"), with(2, "_RNvCs2_5types3run"), "it is not generic");
}

#[test]
fn an_allocator_counts_for_all_that_may_allocate() {
    let program = |does: &str| {
        const ALLOC: &str = "_RNvCs9_7___rustc12___rust_alloc";
        fingerprint(
            &(function(ALLOC, &format!("  store i32 {does}, ptr null"))
                + &function(ROOT, "  call void @_RNvCs7_5alloc3new()")),
        )
    };
    assert_ne!(program("1"), program("2"));
}

#[test]
fn which_memory_code_that_nobody_calls_writes_to_counts_for_who_reads_it() {
    let at_start = "@_RNvCs1_4demo4INIT = constant ptr @_RNvCs1_4demo4init, section \".init_array\", align 8\n\
         @llvm.used = appending global [1 x ptr] [ptr @_RNvCs1_4demo4INIT], section \"llvm.metadata\"\n";
    let program = |head: &str, init: &str, before: &str, memory: &str| {
        String::from(head)
            + "@_RNvCs1_4demo3ONE = internal global [4 x i8] zeroinitializer, align 4\n\
               @_RNvCs1_4demo3TWO = internal global [4 x i8] zeroinitializer, align 4\n"
            + &function(init, "  store i32 1, ptr @_RNvCs1_4demo3ONE\n  store i32 2, ptr @_RNvCs1_4demo3TWO")
                .replace("internal ", "")
            + &function(ROOT, &format!("{before}  %x = load i32, ptr @_RNvCs1_4demo3{memory}"))
    };
    let started = |memory| fingerprint(&program(at_start, "_RNvCs1_4demo4init", "", memory));
    assert_ne!(started("ONE"), started("TWO"), "before `main`");
    let called_back = |memory| fingerprint(&program("", "back", "  call void @_RNvCs3_3lib3run()\n", memory));
    assert_ne!(called_back("ONE"), called_back("TWO"), "by a package");
}

#[test]
fn code_from_elsewhere_for_types_from_elsewhere_is_one_thing_wherever_it_was_made() {
    const LEN: &str = "_RNvMNtCs7_4core5sliceSd3len";
    let calling = |symbol: &str| function(ROOT, &format!("  call void @{symbol}()"));
    let made_by = |krate: &str| calling(&format!("{LEN}{krate}"));
    let before = fingerprint(&made_by("Cs2_5other"));
    let body = |does: &str| function(&format!("{LEN}Cs1_4demo"), does);
    assert_eq!(before, fingerprint(&made_by("Cs3_7another")), "another crate made it");
    assert_eq!(before, fingerprint(&(made_by("Cs1_4demo") + &body("  store i8 1, ptr null"))), "it was made here");
    assert_ne!(before, fingerprint(&calling("_RNvMNtCs8_4core5sliceSd3lenCs2_5other")), "it is of another version");
    assert_ne!(before, fingerprint(&calling("_RNvMNtCs7_4core5sliceSf3lenCs2_5other")), "it is for other types");
    assert_ne!(fingerprint_with("sums", &made_by("Cs2_5other")), fingerprint_with("no sums", &made_by("Cs2_5other")));
    assert_eq!(fingerprint_with("sums", &calling(HELPER)), fingerprint_with("no sums", &calling(HELPER)));

    // What is made for the user's types is made of the user's code.
    const OWN: &str = "_RINvNtCs7_4core3ptr4readNtCs1_4demo1AEB8_";
    let own = |does: &str| fingerprint(&(calling(OWN) + &function(OWN, does)));
    assert_ne!(own("  store i8 1, ptr null"), own("  store i8 2, ptr null"));
}
