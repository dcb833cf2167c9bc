const FILE: &str = "level.txt";
fn main() {
    println!("cargo::rerun-if-changed={FILE}");
    println!("cargo::rustc-env=LEVEL={}", std::fs::read_to_string(FILE).unwrap().trim());
}
