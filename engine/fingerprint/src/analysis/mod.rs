//! The analyser: source text to [`Code`](crate::Code).
//!
//! | step | module | what it knows |
//! | --- | --- | --- |
//! | text → tokens | `lex`, `view` | balanced delimiters; no comments |
//! | tokens → items | `parse`, `attribute`, `item` | what a file declares, bodies included |
//! | tokens → facts | `scan`, `format`, `normal`, `facts` | one item's hash and the names in it |
//! | manifests → crates | `manifest`, `config`, `lock`, `build`, `krate` | which crate is meant by which name |
//! | items → names | `modules`, `resolve` | what a name may mean, seen from a module |
//! | facts → edges | `edges`, `world`, `whole` | what an item may depend on |
//! | edges → closure | `closure`, `parts` | what a function reaches, as parts |
//! | types → what serde leaves out | `forgotten` | the attributes of what a function takes and returns |
//! | questions | `analyzer`, `place`, `functions`, `surroundings` | which function is meant, and what is asked of it |
//!
//! Steps over one file or item are salsa queries (`db`), and so are maps, edges and closures. Each stops a
//! change that does not matter: an edit inside a function leaves its file's declarations, the crate's
//! names and all other items' edges alone.

mod analyzer;
mod answers;
mod attribute;
mod build;
mod cfg;
mod closure;
mod compiling;
mod config;
mod db;
mod edges;
mod facts;
mod files;
mod forgotten;
mod format;
mod functions;
mod include;
mod item;
mod kept;
mod krate;
mod lex;
mod lock;
mod manifest;
mod modules;
mod name;
mod normal;
mod parse;
mod parts;
mod paths;
mod place;
mod resolve;
mod scan;
mod script;
mod settings;
mod sorted;
mod spec;
mod stamp;
mod std_names;
mod surroundings;
mod text;
mod toolchain;
mod view;
mod whole;
mod words;
mod world;

pub use analyzer::Analyzer;
pub use answers::answers;
pub use compiling::with_compiling;
pub use db::Observer;
pub use functions::StashedFunction;
pub use parts::Analysis;
pub use settings::strictness_of;
pub use spec::{CrateSpec, SpecError, name_of_dependency};
pub use surroundings::Beside;
pub(crate) use toolchain::series;
pub use toolchain::{TOOLCHAIN, toolchain};
