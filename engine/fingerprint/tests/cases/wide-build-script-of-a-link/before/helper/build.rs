fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=WIDE_BUILT={}", std::env::var("DEP_WIDE_LEVEL").unwrap());
}
