//! What serde leaves out of a function's arguments and result, as the sources say it.
#![cfg(feature = "analysis")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use scrat_fingerprint::{Analyzer, CrateSpec};

const TYPES: &str = r#"
use serde::{Deserialize, Serialize};
#[derive(Serialize, Deserialize)]
pub struct Model { pub weights: Vec<u64>, #[serde(skip)] pub note: String }
#[derive(Serialize, Deserialize)]
pub struct Nested<T> { inside: Option<Box<T>>, #[serde(default, skip_deserializing)] pub(crate) cache: (u8, u8) }
#[derive(Serialize, Deserialize)]
pub struct Bare(pub u8, #[cfg_attr(feature = "x", serde(skip_serializing))] pub(crate) std::collections::HashMap<u8, u8>, pub u8);
#[derive(Serialize, Deserialize)]
pub enum Choice { One, Two { #[serde(skip)] who: String }, Three(Model) }
#[derive(Serialize, Deserialize)]
pub struct Harmless { #[serde(skip)] mark: std::marker::PhantomData<Model>, #[serde(skip)] nothing: (), #[serde(rename = "skip", default)] x: u8 }
#[derive(Serialize, Deserialize)]
pub struct Converted { #[serde(with = "half")] value: f64 }
#[derive(Serialize, Deserialize)]
#[serde(into = "u8", from = "u8")]
pub struct Small { value: f64 }
pub struct Manual { model: Model }
pub type Models = std::collections::HashMap<String, Vec<Model>>;
pub type Alias<T> = Nested<T>;
pub mod inner { pub use super::Model as Renamed; }
#[derive(Serialize, Deserialize)]
pub struct Circle { next: Option<Box<Circle>>, all: Vec<Choice> }
macro_rules! made { ($name:ident) => { #[derive(Serialize, Deserialize)] pub struct $name { #[serde(skip)] a: String } } }
made!(Made);
#[derive(Serialize, Deserialize)]
pub struct Wrap<A, T = Model> { a: A, t: T }
pub trait Has { type Out; }
impl Has for u8 { type Out = Model; }
#[derive(Serialize, Deserialize)]
pub struct Through<T: Has> { m: T::Out }
macro_rules! model { () => { Model } }
#[derive(Serialize, Deserialize)]
pub struct ByMacro { m: model!() }
"#;

/// What is found for `fn f` with this signature: the field, and whether it surely is left out, `?` if not.
fn found(signature: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[package]\nname = \"case\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\ntypes = { path = \"types\" }\n",
    );
    write("types/Cargo.toml", "[package]\nname = \"types\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    write("types/src/lib.rs", TYPES);
    let body = if signature.contains('{') { "" } else { " { todo!() }" };
    write("src/lib.rs", &format!("{TYPES}\npub use types as there;\n{signature}{body}\n"));
    let spec = CrateSpec::of_package(folder.path(), "rustc").unwrap().remove(0);
    let analyzer = Analyzer::new(spec).unwrap();
    let name = analyzer.functions().remove(0).name;
    let fields = analyzer.code(&name).unwrap().code.forgotten;
    let show = |certain: bool| if certain { "" } else { "?" };
    let mut shown: Vec<_> = fields.iter().map(|field| format!("{}{}", field.field, show(field.certain))).collect();
    shown.dedup();
    shown
}

#[test]
fn fields_are_found_through_whatever_types_are_made_of() {
    let note = ["case::Model::note"];
    for signature in [
        "#[scrat::stash] pub fn f(x: &Model)",
        "#[scrat::stash] pub fn f(x: u8) -> Model",
        "#[scrat::stash] pub fn f(x: u8) -> Result<Model, String>",
        "#[scrat::stash] pub fn f(x: u8) -> anyhow::Result<Vec<(u8, Model)>> where u8: Copy",
        "#[scrat::stash] pub fn f(Model { note, .. }: Model, y: u8) -> u8",
        "#[scrat::stash] pub fn f(x: Models)",
        "#[scrat::stash] pub fn f(x: &[Option<inner::Renamed>])",
        "#[scrat::stash] pub fn f(x: [crate::Model; 3])",
    ] {
        assert_eq!(found(signature), note, "{signature}");
    }
    assert_eq!(found("#[scrat::stash] pub fn f(x: there::Model)"), ["types::Model::note"]);
    assert_eq!(found("#[scrat::stash] pub fn f(x: Alias<u8>)"), ["case::Nested::cache"]);
    assert_eq!(found("#[scrat::stash] pub fn f(x: Alias<Model>)"), ["case::Model::note", "case::Nested::cache"]);
    assert_eq!(found("#[scrat::stash] pub fn f(x: Bare)"), ["case::Bare::1"]);
    let circle = ["case::Choice::Two::who", "case::Model::note"];
    assert_eq!(found("#[scrat::stash] pub fn f(x: Circle)"), circle);
    assert_eq!(found("impl Model { #[scrat::stash] pub fn f(&self, x: u8) -> u8 { 1 } }"), note);
    assert_eq!(found("impl Model { #[scrat::stash] pub fn f(x: u8) -> Self { todo!() } }"), note);
}

#[test]
fn fields_of_types_that_are_named_elsewhere_may_be_left_out() {
    assert_eq!(found("#[scrat::stash] pub fn f(x: Wrap<u8>)"), ["case::Model::note?"]);
    for any in [
        "#[scrat::stash] pub fn f(x: Through<u8>)",
        "#[scrat::stash] pub fn f(x: ByMacro)",
        "#[scrat::stash] pub fn f(x: model!())",
    ] {
        assert!(found(any).contains(&"case::Model::note?".to_owned()), "{any}: {:?}", found(any));
    }
}

#[test]
fn what_loses_nothing_or_is_not_kept_is_let_be() {
    for signature in [
        "#[scrat::stash] pub fn f(x: Harmless) -> u8",
        "#[scrat::stash] pub fn f(#[stash(ignore)] x: std::collections::HashMap<u8, Model>, y: u8) -> u8",
        "#[scrat::stash] pub fn f(x: u8) -> Result<u8, Model>",
        "#[scrat::stash] pub fn f(model: u8) -> u8 { let x: Model = todo!(); 1 }",
    ] {
        assert_eq!(found(signature), [""; 0], "{signature}");
    }
}

#[test]
fn what_is_converted_or_made_is_left_to_the_type_itself() {
    assert_eq!(found("#[scrat::stash] pub fn f(x: Converted)"), ["case::Converted::value?"]);
    assert_eq!(found("#[scrat::stash] pub fn f(x: Small)"), ["case::Small?"]);
    assert_eq!(found("#[scrat::stash] pub fn f(x: Manual)"), ["case::Manual?", "case::Model::note?"]);
    assert_eq!(found("#[scrat::stash] pub fn f(x: Made)"), ["case::made!?"]);
    assert!(found("#[scrat::stash] pub fn f<T: Clone>(x: T)").contains(&"case::Model::note?".to_owned()));
    let made = "macro_rules! keep { ($($t:tt)*) => { $($t)* } } keep! { #[scrat::stash] pub fn f(x: Model) {} }";
    assert!(found(made).contains(&"case::Model::note?".to_owned()));
}
