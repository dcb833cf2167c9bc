fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=WIDE_BUILT={}", tools::rate());
}
