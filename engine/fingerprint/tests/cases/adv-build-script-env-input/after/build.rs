fn main() {
    println!("cargo::rerun-if-env-changed=SCRAT_LEVEL");
    println!("cargo::rustc-env=LEVEL={}", std::env::var("SCRAT_LEVEL").unwrap_or_default());
}
