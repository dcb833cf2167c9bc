//! What rustc would answer, for where no compiler runs.

use std::collections::BTreeMap;

use crate::code::{Answers, Code};
use crate::syntax::cfg;

/// Answers for a code's predicates from the lines of `rustc --print cfg`, and for its variables from what
/// cargo and the environment set.
///
/// Inside a compilation the macro emits `cfg!(…)` and `option_env!(…)` instead, which say the same.
pub fn answers(code: &Code, cfg_lines: &[String], variables: &BTreeMap<String, String>) -> Answers {
    Answers {
        cfgs: code.cfgs.iter().map(|predicate| cfg::answer(predicate, cfg_lines)).collect(),
        envs: code.envs.iter().map(|name| variables.get(name).cloned()).collect(),
    }
}
