//! The words of the command line, and what `--help` says about them.
//!
//! Owns clap. Knows nothing of what the commands do. A mistake in the words ends the process with exit status 2 (3 for `status`)
//! before anything was looked at. Start with [`Args`].

use crate::{
    agents::PATIENCE,
    domain::{Failure, Policy, Renderer, renewal::RECOMMENDED},
    practice::{Options, Scenario, TlsFiles},
    product,
    profile::{NoProfile, Profile, Source},
};
use clap::{
    CommandFactory, Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    error::ErrorKind,
};
use std::{path::PathBuf, process::ExitCode, time::Duration};

const WHERE_FROM: &str = "\
The client secret is never an argument. It comes from the first of these that is there:
  LIAISON_CLIENT_SECRET   an environment variable; an empty one counts as not there
  --secret-stdin          the first line of standard input
  the keychain of the operating system, where the account's secret is stored";

const APPLY_HELP: &str = "\
Examples:
  liaison apply teams.json
  liaison apply --secret-stdin teams.json < secret.txt
  export-settings | LIAISON_CLIENT_SECRET=… liaison apply -
  liaison apply --certificate teams.pfx --password-stdin teams.json < password.txt

A client secret is stored in the keychain. It comes from LIAISON_CLIENT_SECRET, else with --secret-stdin from the first
line of standard input; given neither, the stored one stays. With --certificate a certificate takes its place, and its
password, if it has one, comes from LIAISON_CERTIFICATE_PASSWORD or with --password-stdin. Where there is no keychain, the settings are saved without it;
where it is locked, nothing is saved.

Exit status: 0 saved; 2 nothing was saved, each problem is on its own line of standard error.";

const SHOW_HELP: &str = "\
Examples:
  liaison show
  liaison show --json > teams.json     (liaison apply reads it again)

Exit status: 0; 2 the profile cannot be read; 3 there is no account. With --json both failures print null.";

const TEST_HELP: &str = "\
Examples:
  liaison test
  liaison test --json
  liaison test --secret-stdin < secret.txt

The client secret comes from LIAISON_CLIENT_SECRET, else with --secret-stdin from the first line of standard input, else
from the keychain. A test of the account with its own secret is remembered, and so is the date on which the secret ends.

Exit status: 0 passed; 1 failed; 2 the test could not be run; 3 there is no account. With --json, 2 and 3 print null.";

const STATUS_HELP: &str = "\
Examples:
  liaison status
  liaison status --refresh --json
  liaison status --notify                  in the task scheduler of your desktop

Without --refresh neither the network nor the keychain is used. With it, the client secret comes from
LIAISON_CLIENT_SECRET, else from the keychain; where Azure does not tell the date, the last known one counts.

Exit status, as of a Nagios plugin: 0 more than 15 days are left; 1 within 15 days; 2 expired; 3 unknown.";

const DIRECTORY_HELP: &str = "\
Examples:
  liaison directory
  liaison directory --search \"zoe angstrom\"
  liaison directory --search 4255550100 --limit 1 --json
  liaison directory --json > people.json

Lists the people as they come from Microsoft Graph: name, what they sign in with, presence, and their numbers of the types
that agents see, in the configured order, with tabs between. --search finds name, mail, department and number without regard to
accents, case and punctuation. The client secret comes from LIAISON_CLIENT_SECRET, else with --secret-stdin from the first line
of standard input, else from the keychain. Where presence cannot be read, it is left out and standard error says why.

Exit status: 0; 1 the directory could not be read; 2 the profile cannot be read; 3 there is no account. With --json, all but 0
print null.";

const HISTORY_HELP: &str = "\
Examples:
  liaison history
  liaison history --csv > history.csv
  liaison history --json

Lists what was done to the account, the oldest first: every Apply, test, renewal, import and deletion, with time, user of the
operating system and what changed, never a secret. Entries that were changed or removed by other hands are named.

Exit status: 0 no entry was changed or removed; 1 some were; 2 the profile cannot be read; 3 nothing was done yet.
With --json, 2 and 3 print null.";

const AGENTS_HELP: &str = "\
Examples:
  liaison agents list
  liaison agents add                        in a browser on this computer, whose page is printed
  liaison agents add --device               with a code that is entered in any browser
  liaison agents remove adele@contoso.com

A person enables Teams integration by signing in with Microsoft once. The sign-in is kept in the keychain and nowhere else.

Exit status: 0; 1 nobody signed in, or of those on the list somebody has to sign in again; 2 it could not be done;
3 there is no account. With --json, 2 and 3 print null.";

const NETWORK_HELP: &str = "\
Examples:
  liaison network                                   how Microsoft is reached now
  liaison network --proxy proxy.example.com:8080
  liaison network --proxy proxy.example.com:8080 --proxy-user me --proxy-password-stdin < password.txt
  liaison network --proxy system --ca-file /etc/ssl/company-root.pem
  liaison network --ca-file \"\"                      no file any more

The settings belong to this computer and this data folder, and the window uses them, too. By default HTTPS_PROXY and NO_PROXY
are obeyed, then the system's own setting; proxy scripts (PAC files) are not read. The certificates of the file are trusted
besides the system's own; nothing can switch the check off. The proxy's password is kept in the keychain; where there is
none, LIAISON_PROXY_PASSWORD gives it to each command.

Exit status: 0; 2 nothing was changed, each problem is on its own line of standard error.";

const RENEW_HELP: &str = "\
Examples:
  liaison renew
  liaison renew --months 12 --remove-old

It takes the permission Application.ReadWrite.OwnedBy, the app being an owner of its registration, or
Application.ReadWrite.All, and a keychain for the new secret. The old one stays valid unless --remove-old is given; it is
only removed where it is certain which one it is. Agents stay signed in.

Exit status: 0 renewed; 1 Azure refused, and the old one is in use as before; 2 it could not be done; 3 there is no account.";

const DELETE_HELP: &str = "\
Example:
  liaison delete --yes \"Contoso Teams\"

Exit status: 0 deleted; 2 nothing was deleted, because it is another name or --yes is missing; 3 there is no account.";

const PRACTICE_HELP: &str = "\
Examples:
  liaison practice
  liaison practice --port 48917 --scenario secret_expired
  liaison practice --cert server.pem --key server.key     (over https)

The first line of standard output is a JSON object with login_url, graph_url, tenant_id, client_id, object_id and
client_secret. The secret in it opens nothing but this practice tenant.

Exit status: 0 ended by Ctrl-C or a termination signal; 2 it could not be started.";

const HELP: &str = "\
Without a command, Liaison opens its window.

Examples:
  liaison                                  opens the window
  liaison apply teams.json && liaison test
  liaison status                           for a monitor
  LIAISON_PROFILE=/srv/liaison liaison show --json

Exit status: each command's help lists its own; 2 is a mistake in the words.";

/// Set up, test, and monitor a contact center's Microsoft Teams integration account.
#[derive(Debug, Parser)]
#[command(name = "liaison", version = product::version(), after_help = HELP, after_long_help = format!("{HELP}\n\n{WHERE_FROM}"))]
pub struct Args {
    /// The folder of Liaison's data, instead of the platform's own or LIAISON_PROFILE.
    #[arg(long, global = true, value_name = "DIR")]
    profile: Option<PathBuf>,
    /// What draws the window, instead of what fits this system best.
    #[arg(long, value_enum)]
    renderer: Option<RendererArg>,
    /// What to do; nothing opens the window.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What draws the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RendererArg {
    /// OpenGL.
    Glow,
    /// Vulkan, Metal, DirectX, or OpenGL.
    Wgpu,
}

/// What can be done without a window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a settings file and saves it as the account, all of it or nothing.
    #[command(after_help = APPLY_HELP)]
    Apply {
        /// The settings file; - is standard input.
        file: PathBuf,
        /// Reads the client secret from the first line of standard input.
        #[arg(long)]
        secret_stdin: bool,
        /// Takes this certificate with its private key (.pem, .pfx or .p12) in a client secret's place.
        #[arg(long, value_name = "CERT", conflicts_with = "secret_stdin")]
        certificate: Option<PathBuf>,
        /// Reads the certificate's password from the first line of standard input.
        #[arg(long, requires = "certificate")]
        password_stdin: bool,
    },
    /// Shows the saved account, but never its secret.
    #[command(after_help = SHOW_HELP)]
    Show {
        /// Prints one JSON document: the members of a settings file, and what is known of the account.
        #[arg(long)]
        json: bool,
    },
    /// Tests the connection of the saved account.
    #[command(after_help = TEST_HELP)]
    Test {
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
        /// Reads the client secret from the first line of standard input.
        #[arg(long)]
        secret_stdin: bool,
    },
    /// Tells a monitor how long the client secret still lasts.
    #[command(after_help = STATUS_HELP)]
    Status {
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
        /// Asks Azure for the date first.
        #[arg(long)]
        refresh: bool,
        /// Shows a desktop notification within 15 days of the date, and once it has passed.
        #[arg(long)]
        notify: bool,
    },
    /// Lists the people of the tenant as agents see them.
    #[command(after_help = DIRECTORY_HELP)]
    Directory {
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
        /// Only people in whose name, mail, department or number all of these words occur.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// At most so many people.
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Reads the client secret from the first line of standard input.
        #[arg(long)]
        secret_stdin: bool,
    },
    /// Lists what was done to the account, and verifies that nobody changed the list.
    #[command(after_help = HISTORY_HELP)]
    History {
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
        /// Prints a table for spreadsheets.
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
    /// Lists who enabled Teams integration, and enables and disables people.
    #[command(after_help = AGENTS_HELP)]
    Agents(AgentsCommand),
    /// Shows or changes how this computer reaches Microsoft: the proxy, and a company's certificate authorities.
    #[command(after_help = NETWORK_HELP)]
    Network(NetworkArgs),
    /// Renews the client secret without a gap: a new one is made in Azure, tried, and put in use.
    #[command(after_help = RENEW_HELP)]
    Renew {
        /// How many months the new one is to last.
        #[arg(long, value_name = "N", default_value_t = RECOMMENDED, value_parser = clap::value_parser!(u32).range(1..=24))]
        months: u32,
        /// Removes the old one from Azure once the new one is in use.
        #[arg(long)]
        remove_old: bool,
    },
    /// Deletes the account and its secret.
    #[command(after_help = DELETE_HELP)]
    Delete {
        /// Means it.
        #[arg(long)]
        yes: bool,
        /// The account's name, exactly as it is shown.
        name: String,
    },
    /// Serves a practice tenant, Entra ID and Microsoft Graph on 127.0.0.1, until Ctrl-C.
    #[command(after_help = PRACTICE_HELP)]
    Practice(PracticeArgs),
}

/// What is to be done about agents.
#[derive(Debug, clap::Args)]
pub struct AgentsCommand {
    #[command(subcommand)]
    pub(super) task: AgentsTask,
}

impl AgentsCommand {
    /// Whether standard output is one JSON document.
    pub(super) fn wants_json(&self) -> bool {
        matches!(self.task, AgentsTask::List { json: true })
    }
}

/// What can be done about agents.
#[derive(Debug, Subcommand)]
pub enum AgentsTask {
    /// Lists who enabled Teams integration, and who has to sign in again.
    List {
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Has a person sign in with Microsoft, and enables Teams integration for whoever does.
    Add {
        /// With a code that is entered in any browser, instead of a browser on this computer.
        #[arg(long)]
        device: bool,
        /// The account with which the page begins.
        #[arg(long, value_name = "ADDRESS", conflicts_with = "device")]
        hint: Option<String>,
        /// How many seconds the person has in the browser.
        #[arg(long, value_name = "SECONDS", default_value_t = PATIENCE.as_secs(), conflicts_with = "device")]
        wait: u64,
    },
    /// Disables a person, and forgets the sign-in.
    Remove {
        /// The address that the list shows, or the ID.
        who: String,
    },
}

/// How Microsoft is to be reached.
#[derive(Debug, clap::Args)]
pub struct NetworkArgs {
    /// Prints one JSON document.
    #[arg(long)]
    pub(super) json: bool,
    /// system, none, or the address of a proxy.
    #[arg(long, value_name = "PROXY")]
    pub(super) proxy: Option<String>,
    /// The user name that the proxy wants.
    #[arg(long, value_name = "NAME", requires = "proxy")]
    pub(super) proxy_user: Option<String>,
    /// Reads the proxy's password from the first line of standard input.
    #[arg(long, requires = "proxy_user")]
    pub(super) proxy_password_stdin: bool,
    /// A PEM file with certificate authorities to trust besides the system's; an empty one for none.
    #[arg(long, value_name = "FILE")]
    pub(super) ca_file: Option<String>,
}

/// How the practice tenant is started.
#[derive(Debug, clap::Args)]
pub struct PracticeArgs {
    /// The port; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// What is wrong in the tenant.
    #[arg(long, value_name = "S", default_value = Scenario::Healthy.key(), value_parser = scenarios())]
    scenario: Scenario,
    /// How many people the directory has.
    #[arg(long, value_name = "N", default_value_t = Options::default().people)]
    people: usize,
    /// Waits this many milliseconds before every answer, as a network far away does.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// Serves https with this certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// A certificate (PEM or DER) that the app may sign in with instead of its secret.
    #[arg(long, value_name = "FILE")]
    app_cert: Option<PathBuf>,
}

fn scenarios() -> impl TypedValueParser<Value = Scenario> {
    let all = Scenario::ALL.iter().map(|one| PossibleValue::new(one.key()).help(one.title()));
    PossibleValuesParser::new(all).map(|key| Scenario::from_key(&key).unwrap_or(Scenario::Healthy))
}

impl PracticeArgs {
    pub(super) fn options(self) -> Options {
        let tls = self.cert.zip(self.key).map(|(cert, key)| TlsFiles { cert, key });
        Options {
            port: self.port,
            scenario: self.scenario,
            people: self.people,
            tls,
            app_certificate: self.app_cert,
            delay: Duration::from_millis(self.delay),
            ..Options::default()
        }
    }
}

impl Args {
    /// Reads the words of this process.
    ///
    /// # Errors
    /// The words are wrong, or ask for help; that is said already, and the process is to end like this.
    pub fn read() -> Result<Self, ExitCode> {
        let read = Self::try_parse().and_then(|args| match args.conflict() {
            Ok(()) => Ok(args),
            Err(what) => Err(Self::command().error(ErrorKind::ArgumentConflict, what)),
        });
        read.map_err(|error| {
            // Whoever closed the stream cannot be told.
            let _ = error.print();
            match (error.use_stderr(), std::env::args_os().any(|word| word == "status")) {
                (false, _) => ExitCode::SUCCESS,
                // To a monitor, a misspelt `status` is neither well nor expired.
                (true, true) => ExitCode::from(3),
                (true, false) => ExitCode::from(2),
            }
        })
    }

    /// What draws the window, where the company or the person chose.
    ///
    /// # Errors
    /// They chose differently.
    pub fn renderer(&self, policy: &Policy) -> Result<Option<Renderer>, Failure> {
        let asked = self.renderer.map(|asked| match asked {
            RendererArg::Glow => Renderer::Glow,
            RendererArg::Wgpu => Renderer::Wgpu,
        });
        match (policy.renderer, asked) {
            (Some(set), Some(asked)) if set != asked => Err(Failure::new(
                "Your organization sets the renderer.",
                format!("Start Liaison without --renderer. It uses {}.", set.key()),
            )),
            (set, asked) => Ok(set.or(asked)),
        }
    }

    /// What clap cannot know.
    fn conflict(&self) -> Result<(), &'static str> {
        match &self.command {
            Some(_) if self.renderer.is_some() => {
                Err("--renderer is for the window. Leave it out, or leave the command out.")
            }
            Some(Command::Apply { file, secret_stdin: true, .. }) if file.as_os_str() == "-" => {
                Err("The settings and the secret cannot both come from standard input. \
                    Name the settings file, or give the secret in LIAISON_CLIENT_SECRET.")
            }
            Some(Command::Apply { file, password_stdin: true, .. }) if file.as_os_str() == "-" => {
                Err("The settings and the password cannot both come from standard input. \
                    Name the settings file, or give the password in LIAISON_CERTIFICATE_PASSWORD.")
            }
            Some(Command::Delete { yes: false, .. }) => {
                Err("Nothing was deleted. Add --yes if the account and its secret are to be deleted.")
            }
            _ => Ok(()),
        }
    }

    /// The data folder, and where it comes from.
    ///
    /// # Errors
    /// There is none, or the company sets another one.
    pub fn profile(&self, policy: &Policy) -> Result<(Profile, Source), NoProfile> {
        Profile::choose(policy.data_folder.as_deref(), self.profile.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_fit_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        for (words, said) in [
            (&["liaison", "--renderer", "glow", "show"][..], Some("is for the window")),
            (&["liaison", "apply", "--secret-stdin", "-"], Some("LIAISON_CLIENT_SECRET")),
            (&["liaison", "delete", "Contoso"], Some("--yes")),
            (&["liaison", "apply", "-"], None),
            (&["liaison", "--renderer", "wgpu"], None),
        ] {
            let conflict = Args::try_parse_from(words).expect("parses").conflict().err();
            assert_eq!(conflict.is_some(), said.is_some(), "{words:?}");
            assert!(conflict.unwrap_or_default().contains(said.unwrap_or_default()), "{conflict:?}");
        }
    }
}
