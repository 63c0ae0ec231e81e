//! The Group Policy templates, the example profile for macOS, and docs/deployment.md, compared with the list of policies in the code.
//!
//! Owns the part of Microsoft's schema that the templates use. A policy that one of them lacks, or has too much, fails here. Where
//! policies are read from is not its subject; src/policy.rs and tests/policy are.

use liaison::domain::{Policy, PolicyKey, PolicyKind, PolicyValue};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::{BTreeMap, BTreeSet};

const ADMX: &str = include_str!("../../packaging/windows/policies/Liaison.admx");
const ADML: &str = include_str!("../../packaging/windows/policies/en-US/Liaison.adml");
const PROFILE: &str = include_str!("../../packaging/macos/Liaison.mobileconfig");
const GUIDE: &str = include_str!("../../docs/deployment.md");
const NAMESPACE: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";
const KEY: &str = r"Software\Policies\Liaison";
const ANY: usize = usize::MAX;

/// What the schema says of one element, called `parent/name`.
struct Rule {
    element: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    /// In this order: names (alternatives with `|`), how many at least, and how many at most.
    children: &'static [(&'static str, usize, usize)],
}

const fn rule(
    element: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    children: &'static [(&'static str, usize, usize)],
) -> Rule {
    Rule { element, required, optional, children }
}

const VALUE: &[(&str, usize, usize)] = &[("delete|decimal|longDecimal|string", 1, 1)];
const FIELD: &[&str] = &["clientExtension", "key", "required"];

/// <https://learn.microsoft.com/en-us/previous-versions/windows/desktop/policy/admx-schema>
const ADMX_RULES: &[Rule] = &[
    rule(
        "/policyDefinitions",
        &["revision", "schemaVersion"],
        &[],
        &[
            ("policyNamespaces", 1, 1),
            ("supersededAdm", 0, ANY),
            ("annotation", 0, ANY),
            ("resources", 1, 1),
            ("supportedOn", 0, 1),
            ("categories", 0, 1),
            ("policies", 0, 1),
        ],
    ),
    rule("policyDefinitions/policyNamespaces", &[], &[], &[("target", 1, 1), ("using", 0, ANY)]),
    rule("policyNamespaces/target", &["prefix", "namespace"], &[], &[]),
    rule("policyDefinitions/resources", &["minRequiredRevision"], &["fallbackCulture"], &[]),
    rule("policyDefinitions/supportedOn", &[], &[], &[("products", 0, 1), ("definitions", 0, 1)]),
    rule("supportedOn/definitions", &[], &[], &[("definition", 1, ANY)]),
    rule("definitions/definition", &["name", "displayName"], &[], &[("or|and", 0, 1)]),
    rule("policyDefinitions/categories", &[], &[], &[("category", 1, ANY)]),
    rule("categories/category", &["name", "displayName"], &["explainText"], &[("parentCategory", 0, 1)]),
    rule("policyDefinitions/policies", &[], &[], &[("policy", 1, ANY)]),
    rule(
        "policies/policy",
        &["name", "class", "displayName", "key"],
        &["explainText", "presentation", "valueName"],
        &[
            ("annotation", 0, ANY),
            ("parentCategory", 1, 1),
            ("seeAlso", 0, ANY),
            ("keywords", 0, 1),
            ("supportedOn", 1, 1),
            ("enabledValue", 0, 1),
            ("disabledValue", 0, 1),
            ("enabledList", 0, 1),
            ("disabledList", 0, 1),
            ("elements", 0, 1),
        ],
    ),
    rule("policy/parentCategory", &["ref"], &[], &[]),
    rule("policy/supportedOn", &["ref"], &[], &[]),
    rule("policy/enabledValue", &[], &[], VALUE),
    rule("policy/disabledValue", &[], &[], VALUE),
    rule("enabledValue/decimal", &["value"], &[], &[]),
    rule("disabledValue/decimal", &["value"], &[], &[]),
    rule("policy/elements", &[], &[], &[("boolean|decimal|text|enum|list|longDecimal|multiText", 1, ANY)]),
    rule("elements/text", &["id", "valueName"], FIELD, &[]),
    rule("elements/enum", &["id", "valueName"], FIELD, &[("item", 1, ANY)]),
    rule("enum/item", &["displayName"], &[], &[("value", 1, 1), ("valueList", 0, 1)]),
    rule("item/value", &[], &[], VALUE),
    rule("value/string", &[], &[], &[]),
];

const ADML_RULES: &[Rule] = &[
    rule(
        "/policyDefinitionResources",
        &["revision", "schemaVersion"],
        &[],
        &[("displayName", 1, 1), ("description", 1, 1), ("annotation", 0, ANY), ("resources", 1, 1)],
    ),
    rule("policyDefinitionResources/displayName", &[], &[], &[]),
    rule("policyDefinitionResources/description", &[], &[], &[]),
    rule("policyDefinitionResources/resources", &[], &[], &[("stringTable", 0, 1), ("presentationTable", 0, 1)]),
    rule("resources/stringTable", &[], &[], &[("string", 1, ANY)]),
    rule("stringTable/string", &["id"], &[], &[]),
    rule("resources/presentationTable", &[], &[], &[("presentation", 1, ANY)]),
    rule("presentationTable/presentation", &["id"], &[], &[("textBox|dropdownList|checkBox|text", 1, ANY)]),
    rule("presentation/textBox", &["refId"], &[], &[("label", 1, 1), ("defaultValue", 0, 1)]),
    rule("textBox/label", &[], &[], &[]),
    rule("textBox/defaultValue", &[], &[], &[]),
    rule("presentation/dropdownList", &["refId"], &["noSort", "defaultItem"], &[]),
];

fn elements<'a, 'd>(node: Node<'a, 'd>) -> impl Iterator<Item = Node<'a, 'd>> {
    node.children().filter(Node::is_element)
}

fn child<'a, 'd>(node: Node<'a, 'd>, name: &str) -> Option<Node<'a, 'd>> {
    elements(node).find(|child| child.tag_name().name() == name)
}

fn all<'a, 'd>(document: &'a Document<'d>, name: &str) -> Vec<Node<'a, 'd>> {
    document.descendants().filter(|node| node.tag_name().name() == name).collect()
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name).unwrap_or_default()
}

/// Everything in a template that the schema does not allow.
fn violations(text: &str, rules: &[Rule]) -> Vec<String> {
    let document = Document::parse(text).unwrap();
    let mut found = Vec::new();
    for node in document.descendants().filter(Node::is_element) {
        let parent = node.parent_element().map_or("", |parent| parent.tag_name().name());
        let name = format!("{parent}/{}", node.tag_name().name());
        if node.tag_name().namespace() != Some(NAMESPACE) {
            found.push(format!("{name}: another namespace"));
        }
        let Some(rule) = rules.iter().find(|rule| rule.element == name) else {
            found.push(format!("{name}: not in the schema"));
            continue;
        };
        let given: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
        found.extend(rule.required.iter().filter(|one| !given.contains(one)).map(|one| format!("{name}: no {one}")));
        let known = |one: &&&str| rule.required.contains(*one) || rule.optional.contains(*one);
        found.extend(given.iter().filter(|one| !known(one)).map(|one| format!("{name}: {one} is unknown")));
        let mut children = elements(node).map(|child| child.tag_name().name()).peekable();
        for (names, least, most) in rule.children {
            let mut count = 0;
            while children.next_if(|child| names.split('|').any(|name| name == *child)).is_some() {
                count += 1;
            }
            if !(*least..=*most).contains(&count) {
                found.push(format!("{name}: {count} of {names} here"));
            }
        }
        found.extend(children.map(|child| format!("{name}: {child} is out of place")));
    }
    found
}

/// The names in attributes like `$(string.Proxy)`.
fn references(document: &Document<'_>, kind: &str) -> BTreeSet<String> {
    let start = format!("$({kind}.");
    let named = |value: &str| value.strip_prefix(&start).and_then(|rest| rest.strip_suffix(')')).map(str::to_owned);
    document.descendants().flat_map(|node| node.attributes()).filter_map(|one| named(one.value())).collect()
}

fn ids(document: &Document<'_>, element: &str, attribute_name: &str) -> BTreeSet<String> {
    let nodes = all(document, element);
    let names: BTreeSet<String> = nodes.iter().map(|node| attribute(*node, attribute_name).to_owned()).collect();
    assert_eq!(names.len(), nodes.len(), "two {element} have one {attribute_name}");
    names
}

fn in_words(kind: PolicyKind) -> String {
    match kind {
        PolicyKind::Text => "text".into(),
        PolicyKind::Choice(choices) => format!("one of {}", choices.join(", ")),
        PolicyKind::Switch => "switch".into(),
    }
}

/// What kind of value a policy of the template sets, as [`in_words`]; else what is wrong with it.
fn template_kind(policy: Node<'_, '_>) -> String {
    let name = attribute(policy, "name");
    let decimal =
        |which| child(policy, which).and_then(|node| child(node, "decimal")).map(|node| attribute(node, "value"));
    let Some(elements_node) = child(policy, "elements") else {
        let is_switch = decimal("enabledValue") == Some("1")
            && decimal("disabledValue") == Some("0")
            && policy.attribute("valueName") == Some(name);
        return if is_switch { "switch" } else { "no switch with 1 and 0" }.into();
    };
    let own = policy.attribute("valueName").is_some() || decimal("enabledValue").is_some();
    let fields: Vec<Node<'_, '_>> = elements(elements_node).collect();
    let [field] = fields[..] else { return format!("{} elements", fields.len()) };
    if own || field.attribute("id") != Some(name) || field.attribute("valueName") != Some(name) {
        return "its value has another name".into();
    }
    let texts: Vec<&str> =
        field.descendants().filter(|node| node.tag_name().name() == "string").filter_map(|node| node.text()).collect();
    match field.tag_name().name() {
        "text" => "text".into(),
        "enum" => format!("one of {}", texts.join(", ")),
        other => format!("an element {other}"),
    }
}

#[test]
fn admx_and_adml_have_the_structure_of_the_schema() {
    assert_eq!(violations(ADMX, ADMX_RULES), [""; 0]);
    assert_eq!(violations(ADML, ADML_RULES), [""; 0]);
}

#[test]
fn schema_check_finds_elements_out_of_place() {
    let (start, end) = (ADMX.find("<supportedOn>").unwrap(), ADMX.find("<categories>").unwrap());
    let moved = format!("{}{}", &ADMX[..start], &ADMX[end..])
        .replace("</policyDefinitions>", &format!("{}</policyDefinitions>", &ADMX[start..end]));
    assert_eq!(violations(&moved, ADMX_RULES), ["/policyDefinitions: supportedOn is out of place"]);
    let renamed = ADMX.replace(" class=", " klass=");
    assert_eq!(violations(&renamed, ADMX_RULES).len(), 2 * PolicyKey::ALL.len());
}

#[test]
fn admx_and_adml_references_resolve() {
    let (admx, adml) = (Document::parse(ADMX).unwrap(), Document::parse(ADML).unwrap());
    let strings: BTreeSet<String> = all(&adml, "string").iter().map(|node| attribute(*node, "id").to_owned()).collect();
    assert_eq!(strings.len(), all(&adml, "string").len());
    assert_eq!(references(&admx, "string"), strings);
    assert_eq!(references(&admx, "presentation"), ids(&adml, "presentation", "id"));
    let target = all(&admx, "target")[0];
    assert_eq!((attribute(target, "prefix"), attribute(target, "namespace")), ("liaison", "Liaison.Policies.Liaison"));
    let (categories, supported) = (ids(&admx, "category", "name"), ids(&admx, "definition", "name"));
    for policy in all(&admx, "policy") {
        let name = attribute(policy, "name");
        let refers = |which| child(policy, which).map(|node| attribute(node, "ref").to_owned()).unwrap_or_default();
        assert!(categories.contains(&refers("parentCategory")), "{name}: category");
        assert!(supported.contains(&refers("supportedOn")), "{name}: supportedOn");
        let fields = child(policy, "elements").into_iter().flat_map(elements).map(|node| attribute(node, "id"));
        let shown = all(&adml, "presentation").into_iter().filter(|node| {
            policy.attribute("presentation") == Some(&format!("$(presentation.{})", attribute(*node, "id")))
        });
        let shown = shown.flat_map(elements).map(|node| attribute(node, "refId"));
        assert_eq!(shown.collect::<Vec<_>>(), fields.collect::<Vec<_>>(), "{name}: presentation");
    }
}

#[test]
fn admx_policies_are_those_of_the_code() {
    let admx = Document::parse(ADMX).unwrap();
    let templates: Vec<(&str, String)> =
        all(&admx, "policy").into_iter().map(|policy| (attribute(policy, "name"), template_kind(policy))).collect();
    let code: Vec<(&str, String)> = PolicyKey::ALL.into_iter().map(|key| (key.name(), in_words(key.kind()))).collect();
    assert_eq!(templates, code);
    for policy in all(&admx, "policy") {
        assert_eq!((attribute(policy, "key"), attribute(policy, "class")), (KEY, "Both"));
    }
    if cfg!(windows) {
        assert!(liaison::policy::PLACE.ends_with(KEY));
    }
}

#[test]
fn adml_help_explains_each_state_and_warns_of_secrets() {
    let adml = Document::parse(ADML).unwrap();
    for key in PolicyKey::ALL {
        let id = format!("{key}_Help");
        let help = all(&adml, "string").into_iter().find(|node| attribute(*node, "id") == id);
        let help = help.and_then(|node| node.text()).unwrap_or_default();
        for words in ["If you enable", "disable", "don't configure", "Liaison"] {
            assert!(help.contains(words), "{key}: {words}");
        }
        let warns = help.contains("client secret here: everyone who uses this computer can read it");
        assert_eq!(warns, key.kind() == PolicyKind::Text, "{key}");
    }
}

/// The rows of the table of policies in docs/deployment.md: the name, and the whole row.
fn rows() -> Vec<(&'static str, &'static str)> {
    let table = GUIDE.split("## The policies").nth(1).and_then(|text| text.split("\n##").next()).unwrap_or_default();
    let name = |row: &'static str| row.strip_prefix("| `").and_then(|rest| rest.split('`').next());
    table.lines().filter_map(|row| Some((name(row)?, row))).collect()
}

#[test]
fn deployment_guide_has_a_row_for_each_policy() {
    let names: Vec<&str> = rows().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, PolicyKey::ALL.map(PolicyKey::name));
    for (key, (_, row)) in PolicyKey::ALL.into_iter().zip(rows()) {
        let values = match key.kind() {
            PolicyKind::Text => &[][..],
            PolicyKind::Choice(choices) => choices,
            PolicyKind::Switch => &["1", "0"],
        };
        for value in values {
            assert!(row.contains(&format!("`{value}`")), "{key}: {value}");
        }
    }
    assert!(GUIDE.contains(liaison::policy::PLACE));
}

/// The lines of the first block in this language.
fn block(language: &str) -> impl Iterator<Item = &'static str> {
    let block = GUIDE.split(&format!("\n```{language}\n")).nth(1).and_then(|text| text.split("\n```").next());
    block.unwrap_or_default().lines()
}

fn quoted(text: &str) -> Option<&str> {
    text.trim().strip_prefix('"')?.strip_suffix('"')
}

/// A value in a policy file, or in an export of the registry.
fn value(text: &str) -> PolicyValue {
    let number = text.strip_prefix("dword:").map(|digits| i64::from_str_radix(digits, 16).unwrap());
    match (text.trim(), number) {
        (_, Some(number)) => PolicyValue::Number(number),
        ("true", _) => PolicyValue::Switch(true),
        ("false", _) => PolicyValue::Switch(false),
        (text, _) => quoted(text).map_or(PolicyValue::Other, |text| PolicyValue::Text(text.replace(r"\\", r"\"))),
    }
}

fn profile() -> BTreeMap<String, PolicyValue> {
    let options = ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = Document::parse_with_options(PROFILE, options).unwrap();
    let own = |node: &Node<'_, '_>| !node.text().unwrap_or_default().starts_with("Payload");
    let read = |key: Node<'_, '_>| {
        let value = match key.next_sibling_element().map(|node| (node.tag_name().name(), node.text())) {
            Some(("string", Some(text))) => PolicyValue::Text(text.into()),
            Some(("true", _)) => PolicyValue::Switch(true),
            Some(("false", _)) => PolicyValue::Switch(false),
            _ => PolicyValue::Other,
        };
        (key.text().unwrap_or_default().to_owned(), value)
    };
    all(&document, "key").into_iter().filter(own).map(read).collect()
}

#[test]
fn examples_set_every_policy_to_a_value_that_can_be_used() {
    let file =
        block("toml").filter_map(|line| line.split_once(" = ")).map(|(name, text)| (name.to_owned(), value(text)));
    let registry = block("reg").filter_map(|line| line.split_once('='));
    let registry = registry.map(|(name, text)| (quoted(name).unwrap_or(name).to_owned(), value(text)));
    for (example, values) in [("toml", file.collect()), ("reg", registry.collect()), ("mobileconfig", profile())] {
        let policy = Policy::read(&values);
        assert!(policy.problems.is_empty(), "{example}: {:?}", policy.problems);
        let set: Vec<PolicyKey> = policy.in_force().into_iter().map(|(key, _)| key).collect();
        assert_eq!(set, PolicyKey::ALL, "{example}");
    }
    assert!(block("reg").any(|line| line == format!(r"[HKEY_LOCAL_MACHINE\{KEY}]")));
}
