fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(turbo)");
    if "off" == "on" { println!("cargo::rustc-cfg=turbo"); }
}
