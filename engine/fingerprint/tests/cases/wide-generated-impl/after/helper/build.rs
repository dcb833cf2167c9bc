fn main() {
    println!("cargo::rerun-if-changed=list.txt");
    let out = std::env::var("OUT_DIR").unwrap();
    let list = std::fs::read_to_string("list.txt").unwrap();
    std::fs::write(format!("{out}/made.rs"), list).unwrap();
}
