mod level;
fn main() {
    println!("cargo::rerun-if-changed=build/main.rs");
    println!("cargo::rustc-env=LEVEL={}", level::level());
}
