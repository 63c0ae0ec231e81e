//! Tells the program its commit and target, and gives Windows executables an icon, a version, and a manifest.
//!
//! The resources come from the resource compiler that belongs to the linker: GNU windres, also when Linux builds for Windows,
//! or rc.exe of the Windows SDK. Nothing else is needed on the building machine.

use std::{env, io, process::Command};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=LIAISON_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=LIAISON_COMMIT={}", commit());
    if variable("CARGO_CFG_TARGET_OS") == "windows" {
        resources()?;
    }
    Ok(())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

/// The commit that is built. Development builds have none, so that a commit does not rebuild everything.
fn commit() -> String {
    println!("cargo:rerun-if-env-changed=LIAISON_COMMIT");
    let given = variable("LIAISON_COMMIT");
    if !given.is_empty() {
        return given;
    }
    if variable("PROFILE") != "release" {
        return "development build".into();
    }
    println!("cargo:rerun-if-changed=.git/HEAD");
    println!("cargo:rerun-if-changed=.git/logs/HEAD");
    let output = Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).output();
    match output.ok().filter(|output| output.status.success()).map(|output| String::from_utf8(output.stdout)) {
        Some(Ok(commit)) => format!("commit {}", commit.trim()),
        _ => "unknown commit".into(),
    }
}

fn resources() -> io::Result<()> {
    const ICON: &str = "assets/icons/liaison.ico";
    const MANIFEST: &str = "assets/liaison.manifest";
    println!("cargo:rerun-if-changed={ICON}");
    println!("cargo:rerun-if-changed={MANIFEST}");
    let mut resource = winresource::WindowsResource::new();
    resource
        .set_icon(ICON)
        .set_manifest_file(MANIFEST)
        .set_language(0x0409)
        .set("ProductName", "Liaison")
        .set("FileDescription", "Liaison")
        .set("CompanyName", "The Liaison developers")
        .set("LegalCopyright", &format!("© 2026 The Liaison developers. {}", variable("CARGO_PKG_LICENSE")));
    resource.compile()
}
