const READ: [&str; 2] = ["WIDE_A", "WIDE_B"];
fn main() {
    for name in READ {
        println!("cargo::rerun-if-env-changed={}", name);
        println!("cargo::rustc-env=WIDE_BUILT={:?}", std::env::var(name));
    }
}
