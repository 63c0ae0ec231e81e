//! The sign-in host and the tenant, in one question that needs no secret.
//!
//! Owns the words for a host that does not answer, for clocks that differ, and for a tenant that is not there or lives in
//! another cloud. Knows nothing of tokens. Start with [`look`].

use super::{Elsewhere, Walk, busy, failed, no_answer, warning};
use crate::{
    domain::{
        Check, CheckId, CheckState, Cloud, CloudKind, Credentials, Evidence, Field, Fix, Guid, Policy,
        check::TOKEN_REFUSED, diagnosis,
    },
    entra::{self, Directory, Greeting, Refusal},
    http::Http,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Instant;

/// By how much two clocks may differ before a signed assertion is refused, as far as Microsoft's own library tells:
/// <https://learn.microsoft.com/en-us/dotnet/api/microsoft.identitymodel.tokens.tokenvalidationparameters.clockskew>
const CLOCKS: TimeDelta = TimeDelta::minutes(5);

/// No later check can pass.
pub(super) struct Failed;

/// The clouds besides this one, each with its sign-in host. Addresses entered by hand are of none of them: whoever tests
/// against a server of their own does not expect Microsoft to hear of it.
/// Nor is any asked where the company allows one cloud only.
pub(super) fn other_clouds(cloud: &Cloud, policy: &Policy) -> Vec<Elsewhere> {
    if cloud.kind() == CloudKind::Custom || policy.cloud.is_some() {
        return Vec::new();
    }
    let known = CloudKind::ALL.into_iter().filter_map(Cloud::known);
    let mut others: Vec<Elsewhere> = known
        .filter(|other| other.login_url() != cloud.login_url())
        .map(|other| (other.kind(), other.login_url().to_owned()))
        .collect();
    others.dedup_by(|one, other| one.1 == other.1);
    others
}

/// Both checks from one answer: its arrival and its date prove the host, its body the tenant.
pub(super) async fn look<F: FnMut(&Check)>(
    http: &Http,
    credentials: &Credentials,
    elsewhere: &[Elsewhere],
    now: &impl Fn() -> DateTime<Utc>,
    walk: &Walk<F>,
) -> Result<(), Failed> {
    let began = Instant::now();
    let cloud = &credentials.cloud;
    let greeting = entra::tenant(http, cloud.login_url(), credentials.tenant_id).await;
    let took = began.elapsed();
    let greeting = match greeting {
        Ok(greeting) => greeting,
        Err(failure) => {
            walk.failed(Check { duration: took, ..no_answer(CheckId::SignInHost, &failure) }, None);
            return Err(Failed);
        }
    };
    if let Err(refusal) = &greeting.tenant
        && refusal.code.is_none()
        && refusal.error.is_none()
    {
        let Refusal { status, retry_after, evidence, .. } = refusal.clone();
        let check = busy(CheckId::SignInHost, "Microsoft's sign-in service", status, retry_after, evidence);
        walk.failed(Check { duration: took, ..check }, None);
        return Err(Failed);
    }
    walk.done(Check { duration: took, ..answers(cloud, &greeting, now()) });
    let (check, message) = match greeting.tenant {
        Ok(directory) => (there(&directory), None),
        Err(refusal) => not_there(http, credentials.tenant_id, elsewhere, refusal).await,
    };
    let failed = check.state == CheckState::Failed;
    // The host's answer was the tenant's, too: what took longer was asking the other clouds.
    let check = Check { duration: began.elapsed().saturating_sub(took), ..check };
    if failed {
        walk.failed(check, message);
        return Err(Failed);
    }
    walk.done(check);
    Ok(())
}

fn answers(cloud: &Cloud, greeting: &Greeting, now: DateTime<Utc>) -> Check {
    let host = cloud.login_url().split("://").last().unwrap_or_default();
    let evidence = match &greeting.tenant {
        Ok(directory) => directory.evidence.clone(),
        Err(refusal) => refusal.evidence.clone(),
    };
    let evidence = Evidence { code: None, message: None, ..evidence };
    if greeting.ipv6_is_broken {
        return warning(
            CheckId::SignInHost,
            format!("{host} answers over IPv4; IPv6 does not work from here"),
            "Ask your network team to repair IPv6 or to switch it off for this computer: every new connection tries it first and waits in vain.",
            evidence,
        );
    }
    let Some(date) = greeting.date else {
        return Check { evidence, ..passed(CheckId::SignInHost, format!("{host} answers")) };
    };
    let ahead = now - date;
    if ahead.abs() < CLOCKS {
        return Check { evidence, ..passed(CheckId::SignInHost, format!("{host} answers, and the clocks agree")) };
    }
    let way = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    warning(
        CheckId::SignInHost,
        format!("{host} answers, but this computer's clock is {} {way} its clock", span(ahead.abs())),
        "Set this computer's clock, or let it be set automatically. A sign-in with a certificate is refused when the clocks differ by more than five minutes, and dates in Liaison are off by as much.",
        evidence,
    )
}

/// `7 minutes`, `3 hours`, `2 days`.
fn span(time: TimeDelta) -> String {
    let of = |n: i64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (0, 0, minutes) => of(minutes, "minute"),
        (0, hours, _) => of(hours, "hour"),
        (days, _, _) => of(days, "day"),
    }
}

fn passed(id: CheckId, headline: impl Into<String>) -> Check {
    Check::new(id, CheckState::Passed, headline)
}

fn there(directory: &Directory) -> Check {
    let headline = match &directory.region {
        Some(region) => format!("The directory exists in this cloud (region {region})"),
        None => "The directory exists in this cloud".into(),
    };
    Check { evidence: directory.evidence.clone(), ..passed(CheckId::Tenant, headline) }
}

/// The check, and the source's text where it fits.
async fn not_there(
    http: &Http,
    tenant: Guid,
    elsewhere: &[Elsewhere],
    refusal: Refusal,
) -> (Check, Option<&'static str>) {
    const ID: CheckId = CheckId::Tenant;
    let evidence = refusal.evidence;
    let Some(row) = refusal.code.and_then(diagnosis::row) else {
        let code = evidence.code.clone().or(refusal.error).unwrap_or_default();
        let headline = format!("Microsoft does not tell about this directory ({code})");
        return (warning(ID, headline, "The sign-in shows whether it matters.", evidence), None);
    };
    // Only what is about the tenant ends the test here; anything else may not concern the sign-in.
    if !row.fields.contains(&Field::TenantId) {
        return (warning(ID, row.cause, row.remedy, evidence), None);
    }
    let home = if row.code == 90002 { home(http, tenant, elsewhere).await } else { None };
    let fields = match home {
        Some(_) => vec![Field::Cloud],
        None => row.fields.to_vec(),
    };
    let (headline, remedy) = match home {
        Some(kind) => (
            format!("The tenant lives in another cloud: {}", kind.label()),
            format!("Choose the cloud {} and test again. {}", kind.label(), both(kind)),
        ),
        None => (row.cause.to_owned(), row.remedy.to_owned()),
    };
    let check = failed(ID, headline, remedy.trim_end(), evidence);
    (Check { fields, fix: home.map(Fix::Cloud), ..check }, Some(TOKEN_REFUSED))
}

/// GCC High and DoD share their sign-in host.
fn both(kind: CloudKind) -> &'static str {
    match kind {
        CloudKind::UsGovHigh => "If the app is registered in DoD, choose that one.",
        _ => "",
    }
}

/// The other cloud that knows this tenant. All are asked at once; one that does not answer does not know it.
async fn home(http: &Http, tenant: Guid, elsewhere: &[Elsewhere]) -> Option<CloudKind> {
    let mut asked = tokio::task::JoinSet::new();
    for (kind, login_url) in elsewhere.iter().cloned() {
        let http = http.clone();
        asked.spawn(async move {
            let directory = entra::tenant(&http, &login_url, tenant).await.ok()?.tenant.ok()?;
            let dod = kind == CloudKind::UsGovHigh && directory.sub_region.as_deref() == Some("DOD");
            Some(if dod { CloudKind::UsGovDod } else { kind })
        });
    }
    let found = asked.join_all().await;
    found.into_iter().flatten().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_asks_the_others_once_and_one_of_a_persons_own_asks_nobody() {
        let free = Policy::default();
        let asked = |kind| {
            Cloud::known(kind).map(|cloud| other_clouds(&cloud, &free).into_iter().map(|(kind, _)| kind).collect())
        };
        use CloudKind::{China, Global, UsGovDod, UsGovHigh};
        assert_eq!(asked(Global), Some(vec![UsGovHigh, China]));
        assert_eq!(asked(UsGovDod), Some(vec![Global, China]));
        assert_eq!(asked(China), Some(vec![Global, UsGovHigh]));
        let own = crate::domain::CloudDraft {
            kind: CloudKind::Custom,
            login_url: "http://127.0.0.1:1".into(),
            graph_url: "http://127.0.0.1:1".into(),
        };
        assert_eq!(own.parse().map(|cloud| other_clouds(&cloud, &free)), Ok(vec![]));
        let set = Policy { cloud: Some(Global), ..Policy::default() };
        assert_eq!(Cloud::known(Global).map(|cloud| other_clouds(&cloud, &set)), Some(vec![]));
    }

    fn greeting(date: Option<DateTime<Utc>>, ipv6_is_broken: bool) -> Greeting {
        Greeting { date, ipv6_is_broken, tenant: Ok(Directory::default()) }
    }

    #[test]
    fn broken_ipv6_is_told() {
        let cloud = Cloud::known(CloudKind::Global).expect("known");
        let check = answers(&cloud, &greeting(None, true), DateTime::default());
        assert_eq!(check.state, CheckState::Warning);
        assert!(check.headline.ends_with("IPv6 does not work from here"), "{}", check.headline);
    }

    #[test]
    fn clocks_are_compared_to_five_minutes() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a valid moment");
        let cloud = Cloud::known(CloudKind::Global).expect("known");
        for (seconds, state, words) in [
            (299, CheckState::Passed, "answers, and the clocks agree"),
            (-299, CheckState::Passed, "answers, and the clocks agree"),
            (420, CheckState::Warning, "clock is 7 minutes ahead of"),
            (-7200, CheckState::Warning, "clock is 2 hours behind"),
            (-90_000, CheckState::Warning, "clock is 1 day behind"),
        ] {
            let date = Some(now - TimeDelta::seconds(seconds));
            let check = answers(&cloud, &greeting(date, false), now);
            assert_eq!(check.state, state, "{}", check.headline);
            assert!(check.headline.contains(words), "{}", check.headline);
        }
    }
}
