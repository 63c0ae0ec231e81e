//! The executable. It only decides between the window and the command line.
fn main() {
    let profile = std::env::var_os("LIAISON_PROFILE").map_or_else(
        || liaison::profile::Profile::default_location().unwrap(),
        |d| liaison::profile::Profile::at(d.into()),
    );
    let setup =
        liaison::ui::Setup { profile, vault: liaison::vault::Vault::os(), now: chrono::Utc::now, ask_desktop: true };
    if let Err(e) = liaison::ui::run(setup, None) {
        panic!("{e}");
    }
}
