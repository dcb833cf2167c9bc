fn say(key: &str, value: &str) {
    println!("cargo:{}={}", key, value);
}
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let file = format!("{}/{}", "data", "rate.txt");
    say("rerun-if-changed", &file);
    say("rustc-env", &format!("WIDE_BUILT={}", std::fs::read_to_string(&file).unwrap()));
}
