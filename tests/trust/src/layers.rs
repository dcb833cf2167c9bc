//! Functions in three layers, for the model, each in several versions. To edit the code is to call other versions: what
//! was not edited is called by both.

use scrat::prelude::*;

use crate::squirrel::ran;

/// The layers, from the lowest.
pub const LAYERS: [&str; 3] = ["leaf", "middle", "top"];

/// The numbers of each version of the code: of the leaf, the middle and the top.
pub const VERSIONS: [[u64; 3]; 4] = [[10, 1, 3], [20, 1, 3], [10, 2, 3], [10, 1, 5]];

/// The functions of a layer, by their full names.
pub fn functions(layer: usize) -> impl Iterator<Item = String> {
    let names: &[&str] = match layer {
        0 => &["leaf", "leaf_edited"],
        1 => &["middle", "middle_over_edited", "middle_edited"],
        _ => &["top", "top_over_edited_leaf", "top_over_edited_middle", "top_edited"],
    };
    names.iter().map(|name| format!("trust::layers::{name}"))
}

/// Calls the function of a layer in a version of the code: `top.2`.
pub fn stashed(name: &str, n: u64) -> u64 {
    match name {
        "leaf.0" | "leaf.2" | "leaf.3" => leaf(n),
        "leaf.1" => leaf_edited(n),
        "middle.0" | "middle.3" => middle(n),
        "middle.1" => middle_over_edited(n),
        "middle.2" => middle_edited(n),
        "top.0" => top(n),
        "top.1" => top_over_edited_leaf(n),
        "top.2" => top_over_edited_middle(n),
        "top.3" => top_edited(n),
        other => panic!("there is no function `{other}`"),
    }
}

#[stash]
fn leaf(n: u64) -> u64 {
    ran("leaf", n);
    n * 10
}

#[stash]
fn leaf_edited(n: u64) -> u64 {
    ran("leaf", n);
    n * 20
}

#[stash]
fn middle(n: u64) -> u64 {
    ran("middle", n);
    leaf(n) + leaf(n + 1) + 1
}

#[stash]
fn middle_over_edited(n: u64) -> u64 {
    ran("middle", n);
    leaf_edited(n) + leaf_edited(n + 1) + 1
}

#[stash]
fn middle_edited(n: u64) -> u64 {
    ran("middle", n);
    leaf(n) + leaf(n + 1) + 2
}

#[stash]
fn top(n: u64) -> u64 {
    ran("top", n);
    (middle(n) + middle(n + 2)) * 3
}

#[stash]
fn top_over_edited_leaf(n: u64) -> u64 {
    ran("top", n);
    (middle_over_edited(n) + middle_over_edited(n + 2)) * 3
}

#[stash]
fn top_over_edited_middle(n: u64) -> u64 {
    ran("top", n);
    (middle_edited(n) + middle_edited(n + 2)) * 3
}

#[stash]
fn top_edited(n: u64) -> u64 {
    ran("top", n);
    (middle(n) + middle(n + 2)) * 5
}
