fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=data.txt");
    println!("cargo::rustc-env=CASE_MODE={}", std::fs::read_to_string("data.txt").unwrap().trim());
}
