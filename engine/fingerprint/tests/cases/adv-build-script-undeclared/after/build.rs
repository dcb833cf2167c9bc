fn main() {
    let n = std::fs::read_to_string("level.txt").unwrap();
    println!("cargo::rustc-env=LEVEL={}", n.trim());
}
