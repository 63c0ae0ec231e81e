//! What the program is called, and where it comes from: its version, commit, target, and the names that desktops know it by.
//!
//! Owns these names, once for all systems. Knows nothing else. Start with [`version`].

/// The version, like `0.2.0`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that was built, like `commit 0123456789ab`, or that this is a development build.
pub const COMMIT: &str = env!("LIAISON_COMMIT");

/// The target that it was built for, like `x86_64-pc-windows-msvc`.
pub const TARGET: &str = env!("LIAISON_TARGET");

/// The page with all releases. Liaison opens it when asked to, and never by itself.
pub const RELEASES_URL: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/releases");

/// The AppUserModelID on Windows, the bundle identifier on macOS, the name of the desktop file on Linux.
pub const APP_ID: &str = "io.github.liaisondesktop.Liaison";

/// What `liaison --version` prints after the name.
pub const fn version() -> &'static str {
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("LIAISON_COMMIT"), ", ", env!("LIAISON_TARGET"), ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn app_id_is_the_manifests() {
        let manifest = include_str!("../Cargo.toml");
        assert!(manifest.contains(&format!("app-id = \"{APP_ID}\"")));
        assert!(RELEASES_URL.starts_with("https://"));
    }
}
