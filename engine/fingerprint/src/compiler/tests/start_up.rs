//! Code that runs before `main`.

use super::*;

#[test]
fn start_up_code_counts_where_it_writes_to_what_is_read() {
    let program = |does: &str, reads: &str| {
        String::from(
            "@_RNvCs1_4demo5COUNT = internal global [4 x i8] zeroinitializer, align 4\n\
             @_RNvCs1_4demo4INIT = constant ptr @_RNvCs1_4demo4init, section \".init_array\", align 8\n\
             @llvm.used = appending global [1 x ptr] [ptr @_RNvCs1_4demo4INIT], section \"llvm.metadata\"\n",
        ) + &function("_RNvCs1_4demo4init", &format!("  store i32 {does}, ptr @_RNvCs1_4demo5COUNT"))
            + &function(ROOT, reads)
    };
    let reads = "  %x = load i32, ptr @_RNvCs1_4demo5COUNT";
    assert_ne!(fingerprint(&program("1", reads)), fingerprint(&program("2", reads)));
    assert_eq!(fingerprint(&program("1", "")), fingerprint(&program("2", "")));
}

#[test]
fn what_scrat_registers_at_the_start_is_not_run_there() {
    let program = |registered: &str, step: &str| {
        String::from(
            "@_RNvCs1_4demo5COUNT = internal global [4 x i8] zeroinitializer, align 4\n\
             @_RNvCs1_4demo4INIT = constant ptr @_RNvCs1_4demo4init, section \".init_array\", align 8\n\
             @llvm.used = appending global [1 x ptr] [ptr @_RNvCs1_4demo4INIT], section \"llvm.metadata\"\n",
        ) + &format!(
            "@_RNvCs1_4demo{registered} = internal constant <{{ ptr }}> <{{ ptr @_RNvCs1_4demo4step }}>, align 8\n"
        ) + &function("_RNvCs1_4demo4init", &format!("  store ptr @_RNvCs1_4demo{registered}, ptr @LIST"))
            + &function("_RNvCs1_4demo4step", &format!("  store i32 {step}, ptr @_RNvCs1_4demo5COUNT"))
            + &function(ROOT, "  %x = load i32, ptr @_RNvCs1_4demo5COUNT")
    };
    for scrats in ["16___SCRAT_FUNCTION", "16___SCRAT_PIPELINE"] {
        assert_eq!(fingerprint(&program(scrats, "1")), fingerprint(&program(scrats, "2")), "{scrats}");
    }
    assert_ne!(fingerprint(&program("4LIST", "1")), fingerprint(&program("4LIST", "2")), "of somebody else");

    // What has a function compiled that nobody calls is no start-up code, either.
    let kept = |name: &str, step: &str| {
        fingerprint(
            &(format!(
                "@_RNvCs1_4demo5COUNT = internal global [4 x i8] zeroinitializer, align 4\n\
                 @_RNvNvCs1_4demo1__{name} = internal constant ptr @_RNvCs1_4demo4step, align 8\n\
                 @llvm.used = appending global [1 x ptr] [ptr @_RNvNvCs1_4demo1__{name}], section \"llvm.metadata\"\n"
            ) + &function("_RNvCs1_4demo4step", &format!("  store i32 {step}, ptr @_RNvCs1_4demo5COUNT"))
                + &function(ROOT, "  %x = load i32, ptr @_RNvCs1_4demo5COUNT")),
        )
    };
    assert_eq!(kept("12___SCRAT_KEPT", "1"), kept("12___SCRAT_KEPT", "2"));
    assert_ne!(kept("4KEPT", "1"), kept("4KEPT", "2"), "of somebody else");
}

#[test]
fn start_up_code_counts_where_it_shares_a_package_with_what_is_called() {
    let text = |given: &str, calls: &str, is_called: &str| {
        String::from(
            "@_RNvCs1_4demo4INIT = constant ptr @_RNvCs1_4demo4init, section \".init_array\", align 8\n\
             @llvm.used = appending global [1 x ptr] [ptr @_RNvCs1_4demo4INIT], section \"llvm.metadata\"\n",
        ) + &function("_RNvCs1_4demo4init", &format!("  call void @{calls}(i32 {given})"))
            + &function(ROOT, &format!("  call void @{is_called}()"))
    };
    let program = |given: &str, calls: &str, is_called: &str| fingerprint(&text(given, calls, is_called));
    const SET: &str = "_RNvCs3_3lib3set";
    const GET: &str = "_RNvCs3_3lib3get";
    assert_ne!(program("1", SET, GET), program("2", SET, GET), "its memory is the package's");
    const STD: &str = "_RNvCs7_4core3get";
    assert_eq!(program("1", SET, STD), program("2", SET, STD), "no package is reached");
    assert_eq!(program("1", STD, GET), program("2", STD, GET), "no package is told anything");
    let in_section = |section: &str, given| fingerprint(&text(given, SET, GET).replace(".init_array", section));
    assert_ne!(in_section(".init_array.100", "1"), in_section(".init_array.100", "2"));
    assert_ne!(in_section("linkme_LIST", "1"), in_section("linkme_LIST", "2"), "the package may have the list");
    let in_own_list = |given| {
        let reads = function("_RNvCs1_4demo4list", "  %x = load ptr, ptr @__start_linkme_LIST");
        fingerprint(&(text(given, SET, GET).replace(".init_array", "linkme_LIST") + &reads))
    };
    assert_eq!(in_own_list("1"), in_own_list("2"), "an element of a list is not run");
    assert_eq!(in_section(".rodata.hot", "1"), in_section(".rodata.hot", "2"), "the linker tells no bounds of it");
    let of_serde = |given| {
        let text = text(given, SET, "_RNvNtCs3_10serde_core2de4read");
        fingerprint(&text.replace(".init_array", "linkme_LIST"))
    };
    assert_eq!(of_serde("1"), of_serde("2"), "scrat itself needs the package");
}

#[test]
fn start_up_code_counts_by_what_calls_it_back() {
    let program = |does: &str| {
        String::from(
            "@_RNvCs1_4demo5LEVEL = internal global [4 x i8] zeroinitializer, align 4\n\
             @_RNvCs1_4demo4INIT = constant ptr @_RNvCs1_4demo4init, section \".init_array\", align 8\n",
        ) + &function("_RNvCs1_4demo4init", "  call void @_RNvCs3_3lib7call_cb()")
            + &function("called_back", &format!("  store i32 {does}, ptr @_RNvCs1_4demo5LEVEL"))
                .replace("internal ", "")
            + &function(ROOT, "  %x = load i32, ptr @_RNvCs1_4demo5LEVEL")
    };
    assert_ne!(fingerprint(&program("1")), fingerprint(&program("2")));
}

#[test]
fn start_up_code_may_be_told_in_assembler() {
    let program = |reads: &str, does: &str| {
        fingerprint(
            &("module asm \".pushsection .init_array,\\22aw\\22\"\nmodule asm \".quad init\"\n".to_owned()
                + "@_RNvCs1_4demo5LEVEL = internal global [4 x i8] zeroinitializer, align 4\n"
                + &function("init", &format!("  store i32 {does}, ptr @_RNvCs1_4demo5LEVEL")).replace("internal ", "")
                + "@_RNvCs1_4demo5OTHER = internal global [4 x i8] zeroinitializer, align 4\n"
                + &function(ROOT, &format!("  %x = load i32, ptr @_RNvCs1_4demo5{reads}"))),
        )
    };
    assert_ne!(program("LEVEL", "1"), program("LEVEL", "2"));
    assert_eq!(program("OTHER", "1"), program("OTHER", "2"));
}

#[test]
fn what_counts_besides_may_make_more_count() {
    let program = |line: &str, element: &str| {
        let place =
            format!("@place = private constant <{{ ptr, [16 x i8] }}> <{{ ptr @file, [16 x i8] c\"{line}\" }}>\n");
        fingerprint(
            &(place
                + "@file = private constant [1 x i8] c\"f\"\n"
                + &format!("@_RNvCs1_4demo4ITEM = constant [4 x i8] c\"{element}\", section \"own\", align 4\n")
                + "@llvm.compiler.used = appending global [1 x ptr] [ptr @_RNvCs1_4demo4ITEM]\n"
                + &function(ROOT, "  call void @in_another_language()")
                + &function(
                    "called_back",
                    "  call void @_RNvMs_NtNtCs2_4core5panic8locationNtB4_8Location4line(ptr @place)",
                )
                .replace("internal ", "")),
        )
    };
    assert_eq!(program("aaaa", "0001"), program("aaaa", "0001"));
    assert_ne!(program("aaaa", "0001"), program("bbbb", "0001"), "what is called back reads a line");
    assert_ne!(program("aaaa", "0001"), program("aaaa", "0002"), "another language finds the section");
}
