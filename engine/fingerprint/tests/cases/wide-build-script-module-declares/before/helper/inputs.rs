pub fn read() -> String {
    println!("cargo::rerun-if-changed=data/rate.txt");
    std::fs::read_to_string("data/rate.txt").unwrap()
}
