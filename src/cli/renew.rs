//! `renew`: a new client secret without a gap, for those who renew by schedule.
//!
//! Owns the words and the exit statuses. The steps are [`crate::renew`]'s, in the same order as in the window: a secret is
//! written down before it is made, tried before it is applied, and the old one goes last and only when asked for.

use super::{
    Cli, network,
    said::{DONE, FAILED, REFUSED, Said},
    secret,
};
use crate::{
    domain::{
        Credential, Credentials, Expiry, ExpiryChange, ExpirySource, Failure, Origin, Saved, Secret, expiry,
        renewal::{self, LeftOver},
    },
    http::Http,
    keeper::{self, Apply, Keeper, SecretChange, WithoutKeychain},
    renew::{self, NotAdded},
};
use chrono::{DateTime, Local, Utc};

pub(super) fn renew(cli: &Cli, months: u32, remove_old: bool) -> Said {
    let saved = match cli.usable() {
        Ok(saved) => saved,
        Err((exit, failure)) => return Said::failed(exit, failure, false),
    };
    let credentials = match ready(cli, &saved) {
        Ok(credentials) => credentials,
        Err(failure) => return Said::failed(REFUSED, failure, false),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::new("Nothing can be renewed on this system.", format!("{error}."));
            return Said::failed(REFUSED, failure, false);
        }
    };
    let http = network::http(cli);
    runtime.block_on(Renewal { cli, http, saved, credentials }.run(months, remove_old))
}

/// Everything that can be known to fail before a secret is made.
fn ready(cli: &Cli, saved: &Saved) -> Result<Credentials, Failure> {
    if saved.secret.certificate().is_some() {
        let what = "This account uses a certificate, not a client secret.";
        return Err(Failure::new(what, "Give a newer one with liaison apply --certificate."));
    }
    // Where the new secret could not be kept, none must be made.
    cli.vault.reach().map_err(|error| Failure::from(&error))?;
    let given = secret::given(false)?.and_then(|text| Secret::parse(&text).ok()).map(Credential::Secret);
    let kept = match given {
        Some(given) => Some(given),
        None => keeper::credential_of(&saved.secret, &cli.vault).map_err(|error| Failure::from(&error))?,
    };
    let none = || {
        let remedy = "Store it with liaison apply, or give it in LIAISON_CLIENT_SECRET.";
        Failure::new("No client secret is stored for this account.", remedy)
    };
    kept.map(|credential| saved.account.credentials(credential)).ok_or_else(none)
}

struct Renewal<'a> {
    cli: &'a Cli,
    http: Http,
    saved: Saved,
    credentials: Credentials,
}

impl Renewal<'_> {
    async fn run(self, months: u32, remove_old: bool) -> Said {
        let now = (self.cli.now)();
        let prepared = match renew::prepare(&self.http, &self.credentials).await {
            Ok(prepared) => prepared,
            Err(failure) => return Said::failed(FAILED, failure, false),
        };
        if !prepared.may {
            let command = renewal::az_command(self.saved.account.client_id, months, now);
            let remedy = format!(
                "It needs Application.ReadWrite.OwnedBy and to own its registration. By hand: {command}, then liaison apply --secret-stdin with what it prints as password."
            );
            return Said::failed(FAILED, Failure::new("The app may not renew its secret by itself.", remedy), false);
        }
        let (left, end, new) = match self.make(months, now).await {
            Ok(made) => made,
            Err((exit, failure)) => return Said::failed(exit, failure, false),
        };
        let with_new = self.saved.account.credentials(new.clone().into());
        if let Err(failure) = renew::try_out(&self.http, &with_new, renew::PATIENCE, |_| {}).await {
            return self.give_up(&left, FAILED, failure).await;
        }
        let applied = match self.apply(&left, end, new) {
            Ok(saved) => saved,
            Err(failure) => return self.give_up(&left, REFUSED, failure).await,
        };
        let mut said = Said::default();
        let until = applied.expiry.map(|expiry| expiry::show(expiry.at, &Local)).unwrap_or_default();
        said.line(format!("Renewed the client secret of “{}”; it expires on {until}.", applied.account.name));
        match prepared.old.and_then(|old| old.key_id) {
            Some(key_id) if remove_old => match renew::remove(&self.http, &with_new, &key_id).await {
                Ok(()) => said.line(format!("Removed the old one, Secret ID {key_id}.")),
                Err(failure) => said.complain(format!("The old one, Secret ID {key_id}, is still in Azure. {failure}")),
            },
            Some(key_id) => said.line(format!("The old one is still in Azure: Secret ID {key_id}.")),
            None => said.line("Which one was the old one is not certain, so it is still in Azure."),
        }
        said.ends(DONE)
    }

    fn keeper(&self) -> Result<Keeper, Failure> {
        Keeper::open(&self.cli.profile, self.cli.vault.clone()).map_err(|error| (&error).into())
    }

    fn note(&self, left: &LeftOver) -> Result<(), Failure> {
        self.keeper()?.note_secret(left).map_err(|error| (&error).into())
    }

    /// What cannot be struck out is offered for removal in the window, which does no harm.
    fn strike(&self, left: &LeftOver) {
        let _ = self.keeper().map(|mut keeper| keeper.forget_secret(&left.name));
    }

    async fn make(
        &self,
        months: u32,
        now: DateTime<Utc>,
    ) -> Result<(LeftOver, Option<DateTime<Utc>>, Secret), (u8, Failure)> {
        let computer = whoami::hostname().unwrap_or_else(|_| "a computer".into());
        let name = renewal::description(&computer, now);
        let mut left = LeftOver { name, client_id: self.saved.account.client_id, key_id: None, made_at: now };
        self.note(&left).map_err(|failure| (REFUSED, failure))?;
        match renew::add(&self.http, &self.credentials, &left.name, renewal::end_of(months, now)).await {
            Ok((key, secret)) => {
                left.key_id = key.key_id;
                // It is written down by its name already.
                let _ = self.note(&left);
                Ok((left, key.end, secret))
            }
            Err(NotAdded { mut failure, uncertain }) => {
                if !uncertain || renew::take_back(&self.http, &self.credentials, &left).await.is_ok() {
                    self.strike(&left);
                } else {
                    failure.remedy += &format!(" If Azure made a secret all the same, it is called “{}”.", left.name);
                }
                Err((FAILED, failure))
            }
        }
    }

    fn apply(&self, left: &LeftOver, end: Option<DateTime<Utc>>, new: Secret) -> Result<Saved, Failure> {
        let read = |at| ExpiryChange::Set(Expiry { at, source: ExpirySource::Graph });
        let applied = self.keeper()?.apply(Apply {
            account: self.saved.account.clone(),
            secret: SecretChange::Store(new.into()),
            expiry: end.map_or(ExpiryChange::Leave, read),
            expected: Some(self.saved.revision),
            origin: Origin::Renewal(format!("New secret “{}”", left.name)),
            without_keychain: WithoutKeychain::Refuse,
            now: (self.cli.now)(),
        });
        let applied = applied.map_err(|error| Failure::from(&error))?;
        self.strike(left);
        Ok(applied.saved)
    }

    /// The old secret is in use as before; the new one is removed again, or named.
    async fn give_up(&self, left: &LeftOver, exit: u8, failure: Failure) -> Said {
        let mut said = Said::default();
        said.complain(failure);
        match renew::take_back(&self.http, &self.credentials, left).await {
            Ok(()) => {
                self.strike(left);
                said.complain("The old secret is in use as before; the new one is removed from Azure again.");
            }
            Err(failure) => said.complain(format!(
                "The old secret is in use as before. The new one is unused in Azure: “{}”, Secret ID {}. {failure}",
                left.name,
                left.key_id.as_deref().unwrap_or("not known")
            )),
        }
        said.ends(exit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{CloudDraft, CloudKind, Draft},
        practice::{Options, Practice, Scenario},
        profile::Profile,
        vault::{Step, Vault, VaultError},
    };

    struct Place {
        cli: Cli,
        tenant: Practice,
        _dir: tempfile::TempDir,
    }

    fn place(scenario: Scenario, vault: Vault) -> Place {
        let tenant = Practice::start(Options { scenario, ..Options::default() }).expect("starts");
        let dir = tempfile::tempdir().expect("a folder");
        let cli =
            Cli { profile: Profile::at(dir.path().join("data")), vault, now: Utc::now, policy: Default::default() };
        let details = tenant.details().clone();
        let cloud = CloudDraft { kind: CloudKind::Custom, login_url: details.login_url, graph_url: details.graph_url };
        let (object_id, tenant_id, client_id) = (details.object_id, details.tenant_id, details.client_id);
        let draft = Draft { name: "Contoso".into(), object_id, tenant_id, client_id, cloud, ..Draft::default() };
        let change = Apply {
            account: draft.parse().expect("an account"),
            secret: SecretChange::Store(Secret::new(details.client_secret).into()),
            expiry: ExpiryChange::Leave,
            expected: None,
            origin: Origin::Edited,
            without_keychain: WithoutKeychain::Refuse,
            now: Utc::now(),
        };
        let mut keeper = Keeper::open(&cli.profile, cli.vault.clone()).expect("opens");
        keeper.apply(change).expect("saves");
        Place { cli, tenant, _dir: dir }
    }

    impl Place {
        fn keeper(&self) -> Keeper {
            Keeper::open(&self.cli.profile, self.cli.vault.clone()).expect("opens")
        }

        fn secret(&self) -> Secret {
            let keeper = self.keeper();
            let saved = keeper.load().expect("reads").expect("an account");
            let kept = keeper.credential(&saved).expect("the keychain answers");
            kept.and_then(|kept| kept.secret().cloned()).expect("a secret")
        }

        fn asked(&self, ending: &str) -> usize {
            let done = |request: &crate::practice::RequestLog| request.path.ends_with(ending) && request.status < 300;
            self.tenant.requests().iter().filter(|request| done(request)).count()
        }
    }

    #[test]
    fn the_secret_is_renewed_and_the_old_one_goes_only_when_asked() {
        for remove_old in [false, true] {
            let place = place(Scenario::MayRenew, Vault::memory());
            let old = place.secret();
            let said = renew(&place.cli, 12, remove_old);
            assert_eq!(said.exit(), DONE, "{said:?}");
            assert_ne!(place.secret(), old);
            assert!(!format!("{said:?}").contains(place.secret().expose()));
            assert_eq!((place.asked("/addPassword"), place.asked("/removePassword")), (1, usize::from(remove_old)));
            assert_eq!(place.keeper().secrets_left_over(), Ok(Vec::new()));
            let saved = place.keeper().load().expect("reads").expect("an account");
            assert!(saved.expiry.is_some_and(|expiry| expiry::days_left(expiry.at, Utc::now()) >= 364));
        }
    }

    #[test]
    fn without_the_permission_nothing_is_made_and_the_command_is_told() {
        for scenario in [Scenario::Healthy, Scenario::MayRenewNotOwner] {
            let place = place(scenario, Vault::memory());
            let old = place.secret();
            let said = renew(&place.cli, 6, true);
            assert_eq!(said.exit(), FAILED, "{said:?}");
            assert!(format!("{said:?}").contains("az ad app "), "{said:?}");
            assert_eq!((place.secret(), place.asked("/addPassword")), (old, 0));
            assert_eq!(place.keeper().secrets_left_over(), Ok(Vec::new()));
        }
    }

    #[test]
    fn a_keychain_that_refuses_the_new_one_leaves_the_old_one_and_nothing_in_azure() {
        let stores = std::sync::atomic::AtomicUsize::new(0);
        let vault = Vault::rehearsed(move |step| match step {
            Step::BeforeStore if stores.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0 => {
                Err(VaultError::Locked)
            }
            _ => Ok(()),
        });
        let place = place(Scenario::MayRenew, vault);
        let old = place.secret();
        let said = renew(&place.cli, 6, true);
        assert_eq!(said.exit(), REFUSED, "{said:?}");
        assert_eq!((place.secret(), place.asked("/removePassword")), (old, 1));
        assert_eq!(place.keeper().secrets_left_over(), Ok(Vec::new()));
    }
}
