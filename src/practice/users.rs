//! `GET /users`, `/users/$count` and `/users/{id}`: pages, selected properties, search.
//!
//! It owns the query rules of the directory and the JSON of a person. It must not know tokens or roles; `graph` has
//! checked them. Start reading at `list`. <https://learn.microsoft.com/en-us/graph/api/user-list>

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Scenario,
    call::Call,
    filter::Filter,
    graph_error::{Answer, Fault},
    odata::{self, Options},
    people::Person,
    search::Search,
    world::World,
};

/// What a user has without `$select`.
pub(super) const DEFAULT: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

/// Everything that `$select` may name: the default set, then the rest of the v1.0 schema's directory properties.
pub(super) const KNOWN: [&str; 68] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
    "accountEnabled",
    "ageGroup",
    "assignedLicenses",
    "assignedPlans",
    "authorizationInfo",
    "city",
    "companyName",
    "consentProvidedForMinor",
    "country",
    "createdDateTime",
    "creationType",
    "customSecurityAttributes",
    "deletedDateTime",
    "department",
    "employeeHireDate",
    "employeeId",
    "employeeLeaveDateTime",
    "employeeOrgData",
    "employeeType",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "faxNumber",
    "identities",
    "imAddresses",
    "isManagementRestricted",
    "isResourceAccount",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "licenseAssignmentStates",
    "mailNickname",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesExtensionAttributes",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "otherMails",
    "passwordPolicies",
    "passwordProfile",
    "postalCode",
    "preferredDataLocation",
    "provisionedPlans",
    "proxyAddresses",
    "securityIdentifier",
    "serviceProvisioningErrors",
    "showInAddressList",
    "signInActivity",
    "signInSessionsValidFromDateTime",
    "state",
    "streetAddress",
    "usageLocation",
    "userType",
    "identityParentId",
];

/// A search looks at this many people for one page. What is left comes with the next link, so a page can be short or
/// empty, as real ones can: only a missing next link ends the list.
const SEARCHED_AT_ONCE: u32 = 100_000;

/// `GET /users`
pub(super) fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    let options = Options::read_with(call, &["$filter"])?;
    if options.get("$skip").is_some() {
        return Err(Fault::new(
            StatusCode::BAD_REQUEST,
            "Request_BadRequest",
            "'$skip' is not supported by the service.",
        ));
    }
    let page_size = options.page_size()?;
    let selected = options.select("user", &KNOWN)?;
    let wanted = Wanted::read(call, &options)?;
    let start = options.get("$skiptoken").map_or(Ok((0, false)), read_token)?;

    let page = match wanted.named(world) {
        Some(people) => Page { people, next: None },
        None => page(world, &|person| wanted.matches(person), start, page_size),
    };
    let properties = selected.as_deref().unwrap_or(&DEFAULT);
    let value: Vec<Value> = page.people.iter().map(|person| Value::Object(object(person, properties))).collect();
    let mut body = Map::new();
    let context = odata::context(&world.origin, "users", selected.as_deref(), false);
    body.insert("@odata.context".to_owned(), json!(context));
    // Without the header the count is left out, without an error.
    if options.get("$count") == Some("true") && call.is_eventual() {
        body.insert("@odata.count".to_owned(), json!(total(world, &wanted)));
    }
    if let Some(next) = page.next {
        body.insert("@odata.nextLink".to_owned(), json!(next_link(world, call, next)));
    }
    body.insert("value".to_owned(), Value::Array(value));
    Ok(Answer::Json(Value::Object(body)))
}

/// `GET /users/$count`, plain text. <https://learn.microsoft.com/en-us/graph/aad-advanced-queries>
pub(super) fn count(world: &World, call: &Call) -> Result<Answer, Fault> {
    let options = Options::read_with(call, &["$filter"])?;
    if !call.is_eventual() {
        return Err(Fault::new(StatusCode::BAD_REQUEST, "Request_BadRequest", "$count is not currently supported."));
    }
    Ok(Answer::Text(total(world, &Wanted::read(call, &options)?).to_string()))
}

/// `GET /users/{id | userPrincipalName}`
pub(super) fn get(world: &World, call: &Call, key: &str) -> Result<Answer, Fault> {
    let options = Options::read(call)?;
    let selected = options.select("user", &KNOWN)?;
    let person = match Uuid::try_parse(key) {
        Ok(id) => world.people.by_id(id),
        Err(_) => world.people.by_principal_name(key),
    };
    let person = person.ok_or_else(|| Fault::not_found(key))?;
    let properties = selected.as_deref().unwrap_or(&DEFAULT);
    let context = odata::context(&world.origin, "users", selected.as_deref(), true);
    Ok(Answer::Json(odata::entity(context, object(&person, properties), None)))
}

/// Which people a request asks for.
struct Wanted {
    search: Option<Search>,
    filter: Option<Filter>,
}

impl Wanted {
    fn read(call: &Call, options: &Options) -> Result<Wanted, Fault> {
        // The segment `$count` counts as the option. <https://learn.microsoft.com/en-us/graph/aad-advanced-queries>
        let counts = options.get("$count") == Some("true") || call.path.ends_with("/$count");
        let filter = options.get("$filter").map(|text| Filter::read(text, counts && call.is_eventual()));
        Ok(Wanted { search: search(call, options)?, filter: filter.transpose()? })
    }

    fn is_everybody(&self) -> bool {
        self.search.is_none() && self.filter.is_none()
    }

    fn matches(&self, person: &Person) -> bool {
        self.search.as_ref().is_none_or(|search| search.matches(person))
            && self.filter.as_ref().is_none_or(|filter| filter.matches(&|name| property(person, name)))
    }

    /// The people that a filter names by id, without a look at everybody.
    fn named(&self, world: &World) -> Option<Vec<Person>> {
        let ids = self.filter.as_ref()?.ids()?;
        let people = ids.into_iter().filter_map(|id| world.people.by_id(Uuid::try_parse(id).ok()?));
        Some(people.filter(|person| self.matches(person)).collect())
    }
}

fn search(call: &Call, options: &Options) -> Result<Option<Search>, Fault> {
    let Some(text) = options.get("$search") else {
        return Ok(None);
    };
    if !call.is_eventual() {
        return Err(Fault::unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'",
        ));
    }
    Search::read(text).map(Some)
}

/// One page, and where the next begins: an index, and whether an empty page came from there already.
pub(super) struct Page {
    pub people: Vec<Person>,
    pub next: Option<(u32, bool)>,
}

pub(super) fn page(world: &World, wanted: &dyn Fn(&Person) -> bool, (start, again): (u32, bool), size: usize) -> Page {
    let is_untidy = world.scenario() == Scenario::UntidyPages;
    let end = world.people.end();
    // Pages can be short, empty, or say the same person twice: only a missing link ends the list.
    if is_untidy && start > 0 && !again && (start as usize / size).is_multiple_of(2) {
        return Page { people: Vec::new(), next: Some((start, true)) };
    }
    let size = if is_untidy && start == 0 { size.div_ceil(3) } else { size };
    let mut people = Vec::new();
    if is_untidy && start > 0 {
        people.extend(world.people.at(start - 1).filter(wanted));
    }
    let mut at = start;
    while at < end && people.len() < size && at - start < SEARCHED_AT_ONCE {
        people.extend(world.people.at(at).filter(wanted));
        at += 1;
    }
    Page { people, next: (at < end).then_some((at, false)) }
}

fn total(world: &World, wanted: &Wanted) -> u32 {
    if wanted.is_everybody() {
        return world.people.count();
    }
    let people = (0..world.people.end()).filter_map(|index| world.people.at(index));
    people.filter(|person| wanted.matches(person)).fold(0, |count, _| count + 1)
}

/// The same query with an opaque token for the place. Absolute, as Graph's links are.
fn next_link(world: &World, call: &Call, (next, again): (u32, bool)) -> String {
    let again = if again { " again" } else { "" };
    let token = URL_SAFE_NO_PAD.encode(format!("practice page from {next}{again}"));
    call.link(&format!("{}/v1.0/users", world.origin), "$skiptoken", &token)
}

fn read_token(token: &str) -> Result<(u32, bool), Fault> {
    let place = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let place = text.strip_prefix("practice page from ")?;
        let (place, again) = place.strip_suffix(" again").map_or((place, false), |place| (place, true));
        Some((place.parse().ok()?, again))
    };
    place().ok_or_else(|| {
        Fault::new(
            StatusCode::BAD_REQUEST,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your request.",
        )
    })
}

pub(super) fn object(person: &Person, properties: &[&str]) -> Map<String, Value> {
    properties.iter().map(|name| ((*name).to_owned(), property(person, name))).collect()
}

fn property(person: &Person, name: &str) -> Value {
    match name {
        "id" => json!(person.id().to_string()),
        "displayName" => json!(person.display_name),
        "givenName" => json!(person.given_name),
        "surname" => json!(person.surname),
        "jobTitle" => json!(person.job_title()),
        "department" => json!(person.department()),
        "mail" => json!(person.mail()),
        "mailNickname" => json!(person.alias()),
        "userPrincipalName" => json!(person.principal_name()),
        "businessPhones" => json!(person.business_phones()),
        "mobilePhone" => json!(person.mobile_phone()),
        "faxNumber" => json!(person.fax_number()),
        "officeLocation" => json!(person.place().0),
        "country" => json!(person.place().1),
        "preferredLanguage" => json!(person.place().2),
        "accountEnabled" => json!(true),
        "userType" => json!("Member"),
        "companyName" => json!("Contoso"),
        "imAddresses" => json!([person.principal_name()]),
        "proxyAddresses" => json!(Vec::from_iter(person.mail().map(|mail| format!("SMTP:{mail}")))),
        "assignedLicenses"
        | "assignedPlans"
        | "identities"
        | "licenseAssignmentStates"
        | "onPremisesProvisioningErrors"
        | "otherMails"
        | "provisionedPlans"
        | "serviceProvisioningErrors" => json!([]),
        _ => Value::Null,
    }
}
