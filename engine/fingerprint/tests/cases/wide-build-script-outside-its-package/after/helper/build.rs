fn main() {
    let file = std::path::Path::new("..").join("shared").join("rate.txt");
    println!("cargo::rerun-if-changed={}", file.display());
    println!("cargo::rustc-env=WIDE_BUILT={}", std::fs::read_to_string(&file).unwrap());
}
