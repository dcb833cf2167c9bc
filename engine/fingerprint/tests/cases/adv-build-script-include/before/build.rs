fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=LEVEL={}", include_str!("level.txt").trim());
}
