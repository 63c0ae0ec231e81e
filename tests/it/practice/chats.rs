//! Chats in the name of a person: opening, sending, reading, and colleagues who answer by themselves.

use std::time::Duration;

use liaison::practice::{ConferenceWords, Practice, Scenario};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Reply, access_token, client, delegated::token_of, start};

const AGENT: &str = "ann.lee@contoso.example";
const LEAVES: &str = "adele.vance@contoso.example";
const DECLINES: &str = "zoe.angstrom@contoso.example";
const SILENT: &str = "jose.alvarez@contoso.example";
const UNSURE: &str = "soren.kjaergaard@contoso.example";
const STAYS: &str = "lukasz.wisniewski@contoso.example";
const UNLICENSED: &str = "olena.shevchenko@contoso.example";
const SCOPE: &str = "User.Read Chat.ReadWrite ChatMessage.Send";
const INVITATION: &str = "You are invited to customer chat session, would you like to accept (YES/NO)?";

/// A signed-in agent in a tenant whose colleagues answer at once.
struct Agent {
    practice: Practice,
    token: String,
}

impl Agent {
    async fn new() -> Agent {
        let practice = start(Scenario::Healthy);
        practice.set_reply_pace(Duration::ZERO);
        let token = token_of(&practice, AGENT, SCOPE).await;
        Agent { practice, token }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v1.0/{path}", self.practice.details().graph_url)
    }

    async fn get(&self, path: &str) -> Reply {
        Reply::of(client().get(self.url(path)).bearer_auth(&self.token)).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        Reply::of(client().request(Method::POST, self.url(path)).bearer_auth(&self.token).json(body)).await
    }

    fn member(&self, name: &str) -> Value {
        json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": ["owner"],
            "user@odata.bind": self.url(&format!("users('{name}')")),
        })
    }

    /// Opens a chat with a colleague and gives its id.
    async fn chat_with(&self, name: &str) -> String {
        let body = json!({"chatType": "oneOnOne", "members": [self.member(AGENT), self.member(name)]});
        let reply = self.post("chats", &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json()["id"].as_str().expect("an id").to_owned()
    }

    async fn say(&self, chat: &str, text: &str) -> Reply {
        self.post(&format!("chats/{chat}/messages"), &json!({"body": {"content": text}})).await
    }

    /// What people have written, oldest first.
    async fn read(&self, chat: &str) -> Vec<String> {
        let list = self.get(&format!("chats/{chat}/messages?$top=50")).await.json();
        let messages = list["value"].as_array().expect("a list").iter().rev();
        let written = messages.filter(|message| !message["from"].is_null());
        written.map(|message| message["body"]["content"].as_str().expect("a text").to_owned()).collect()
    }
}

#[tokio::test]
async fn opening_a_chat_twice_gives_the_same_one() {
    let agent = Agent::new().await;
    let id = agent.chat_with(STAYS).await;
    assert!(id.starts_with("19:") && id.ends_with("@unq.gbl.spaces"), "{id}");
    let body = json!({"chatType": "oneOnOne", "members": [agent.member(STAYS), agent.member(AGENT)]});
    assert_eq!(agent.post("chats", &body).await.json()["id"], id);

    let chat = agent.get(&format!("chats/{id}")).await.json();
    assert_eq!((&chat["chatType"], &chat["topic"]), (&json!("oneOnOne"), &Value::Null));
    let members = agent.get(&format!("chats/{id}/members")).await.json();
    let names: Vec<&Value> = members["value"].as_array().expect("a list").iter().map(|one| &one["email"]).collect();
    assert!(names.contains(&&json!(STAYS)) && names.contains(&&json!(AGENT)), "{names:?}");
    for path in ["me/chats", "chats", &format!("users/{AGENT}/chats")] {
        assert_eq!(agent.get(path).await.json()["value"][0]["id"], id, "{path}");
    }
    assert_eq!(agent.get("me").await.json()["userPrincipalName"], AGENT);

    let group =
        json!({"chatType": "group", "topic": "Order 12", "members": [agent.member(AGENT), agent.member(STAYS)]});
    let (one, two) = (agent.post("chats", &group).await.json(), agent.post("chats", &group).await.json());
    assert!(one["id"].as_str().is_some_and(|id| id.ends_with("@thread.v2")));
    assert_ne!(one["id"], two["id"]);
    assert_eq!(one["topic"], "Order 12");
}

#[tokio::test]
async fn every_mistake_in_a_new_chat_is_refused() {
    let agent = Agent::new().await;
    let (me, you) = (agent.member(AGENT), agent.member(STAYS));
    let with = |name: &str, value: Value| {
        let mut member = you.clone();
        member[name] = value;
        json!({"chatType": "oneOnOne", "members": [me, member]})
    };
    let stranger = "11111111-2222-4333-8444-555555555555";
    let cases = [
        (json!([]), 400, "BadRequest"),
        (json!({"members": [me, you]}), 400, "BadRequest"),
        (json!({"chatType": "meeting", "members": [me, you]}), 400, "BadRequest"),
        (json!({"chatType": "oneOnOne", "members": [me]}), 400, "BadRequest"),
        (json!({"chatType": "oneOnOne", "members": [me, me]}), 400, "BadRequest"),
        (json!({"chatType": "oneOnOne", "topic": "x", "members": [me, you]}), 400, "BadRequest"),
        (json!({"chatType": "oneOnOne", "members": [agent.member(SILENT), you]}), 403, "Forbidden"),
        (json!({"chatType": "group", "members": [me]}), 400, "BadRequest"),
        (json!({"chatType": "oneOnOne", "members": [me, you], "nonsense": 1}), 400, "BadRequest"),
        (with("@odata.type", Value::Null), 400, "BadRequest"),
        (with("roles", json!([])), 400, "BadRequest"),
        (with("roles", json!(["guest"])), 400, "BadRequest"),
        (
            with("user@odata.bind", json!(format!("https://graph.microsoft.com/v1.0/users('{STAYS}')"))),
            400,
            "BadRequest",
        ),
        (with("user@odata.bind", json!(agent.url(&format!("users('{stranger}')")))), 404, "NotFound"),
        (with("user@odata.bind", json!(agent.url(&format!("users('{UNLICENSED}')")))), 403, "Forbidden"),
    ];
    for (body, status, code) in cases {
        let reply = agent.post("chats", &body).await;
        assert_eq!((reply.status, reply.graph_code().as_str()), (status, code), "{body} {}", reply.text);
    }
    let body = json!({"chatType": "oneOnOne", "members": [me, agent.member(UNLICENSED)]});
    let message = agent.post("chats", &body).await.json()["error"]["message"].to_string();
    assert!(message.contains("Failed to get license information for the user."), "{message}");
}

#[tokio::test]
async fn a_message_is_answered_as_the_documentation_shows() {
    let agent = Agent::new().await;
    let chat = agent.chat_with(SILENT).await;
    let sent = agent.say(&chat, "1 < 2 & so on").await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let sent = sent.json();
    assert_eq!(sent["body"], json!({"contentType": "text", "content": "1 < 2 & so on"}));
    assert_eq!(sent["from"]["user"]["displayName"], "Ann Lee");
    assert_eq!((&sent["messageType"], &sent["chatId"]), (&json!("message"), &json!(chat)));
    assert!(sent["id"].as_str().is_some_and(|id| id.parse::<i64>().is_ok()));

    let path = format!("chats/{chat}/messages");
    let listed = agent.get(&path).await.json();
    assert_eq!(listed["value"][0]["id"], sent["id"]);
    // What the system says has no sender, and its kind is hidden from those who do not ask.
    let system = &listed["value"][1];
    assert_eq!((&system["from"], &system["messageType"]), (&Value::Null, &json!("unknownFutureValue")));
    let asked = client().get(agent.url(&path)).bearer_auth(&agent.token);
    let asked = Reply::of(asked.header("prefer", "include-unknown-enum-members")).await.json();
    assert_eq!(asked["value"][1]["messageType"], "systemEventMessage");

    let wrong = [
        json!({}),
        json!({"body": "text"}),
        json!({"body": {"content": " "}}),
        json!({"body": {"content": "x", "contentType": "markdown"}}),
        json!({"body": {"content": "x"}, "text": "x"}),
    ];
    for body in wrong {
        assert_eq!(agent.post(&path, &body).await.status, 400, "{body}");
    }
    assert_eq!(agent.say(&chat, &"x".repeat(30_000)).await.status, 413);
    assert_eq!(agent.read(&chat).await, ["1 < 2 & so on"]);
}

#[tokio::test]
async fn messages_are_read_newest_first_page_by_page() {
    let agent = Agent::new().await;
    let chat = agent.chat_with(SILENT).await;
    let mut times = Vec::new();
    for number in 0..12 {
        times.push(agent.say(&chat, &number.to_string()).await.json()["createdDateTime"].clone());
    }
    let mut url = agent.url(&format!("chats/{chat}/messages?$top=5"));
    let mut seen = Vec::new();
    loop {
        let page = Reply::of(client().get(&url).bearer_auth(&agent.token)).await.json();
        seen.extend(page["value"].as_array().expect("a list").iter().map(|one| one["id"].clone()));
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 13);
    assert!(seen.windows(2).all(|pair| pair[0].as_str() > pair[1].as_str()), "{seen:?}");

    let count = async |query: &str| {
        let reply = agent.get(&format!("chats/{chat}/messages?{query}")).await;
        assert_eq!(reply.status, 200, "{query} {}", reply.text);
        reply.json()["value"].as_array().map(Vec::len).expect("a list")
    };
    let (third, ninth) = (times[2].as_str().expect("a time"), times[8].as_str().expect("a time"));
    let both = format!("$filter=lastModifiedDateTime%20gt%20{third}%20and%20lastModifiedDateTime%20lt%20{ninth}");
    assert_eq!(count(&format!("$orderby=lastModifiedDateTime%20desc&{both}")).await, 5);
    let older = format!("$filter=createdDateTime%20lt%20{third}");
    assert_eq!(count(&format!("$orderby=createdDateTime%20desc&{older}")).await, 3);
    // Without an order by the same property a filter is ignored.
    assert_eq!(count(&both).await, 13);
    assert_eq!(count(&format!("$orderby=createdDateTime%20desc&{both}")).await, 13);

    let newer = format!("$orderby=createdDateTime%20desc&$filter=createdDateTime%20gt%20{third}");
    let wrong =
        ["$top=51", "$top=0", "$top=x", "$orderby=createdDateTime", "$select=id", "$skip=1", "$skiptoken=x", &newer];
    for query in wrong {
        assert_eq!(agent.get(&format!("chats/{chat}/messages?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn who_may_not_chat() {
    let agent = Agent::new().await;
    let chat = agent.chat_with(STAYS).await;
    let path = format!("chats/{chat}/messages");
    let read = async |token: &str| Reply::of(client().get(agent.url(&path)).bearer_auth(token)).await;
    let send = async |token: &str| {
        let body = json!({"body": {"content": "x"}});
        Reply::of(client().post(agent.url(&path)).bearer_auth(token).json(&body)).await
    };
    // An app reads everything and sends nothing.
    let app = access_token(&agent.practice).await;
    assert_eq!(read(&app).await.status, 200);
    let all =
        Reply::of(client().get(agent.url(&format!("users/{AGENT}/chats/getAllMessages?model=B"))).bearer_auth(&app));
    assert_eq!(all.await.json()["value"].as_array().map(Vec::len), Some(1));
    let refused = send(&app).await.json()["error"].clone();
    assert_eq!(refused["code"], "Forbidden");
    let says = "Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'.";
    assert!(refused["message"].as_str().is_some_and(|text| text.starts_with(says)), "{refused}");
    let created = Reply::of(client().post(agent.url("chats")).bearer_auth(&app).json(&json!({}))).await;
    assert_eq!(created.status, 403);
    // A person without the scope, one who is not in the chat, one without a licence.
    let narrow = token_of(&agent.practice, AGENT, "User.Read").await;
    let refused = send(&narrow).await.json()["error"]["message"].to_string();
    assert!(refused.contains("Scopes on the request 'User.Read'"), "{refused}");
    let other = token_of(&agent.practice, SILENT, SCOPE).await;
    assert_eq!((read(&other).await.status, send(&other).await.status), (403, 403));
    let unlicensed = token_of(&agent.practice, UNLICENSED, SCOPE).await;
    assert!(send(&unlicensed).await.text.contains("Failed to get license information"));
    assert_eq!(agent.get("chats/19:nobody@unq.gbl.spaces/messages").await.status, 404);
}

#[tokio::test]
async fn colleagues_answer_by_themselves() {
    let agent = Agent::new().await;
    let chat = agent.chat_with(LEAVES).await;
    for text in [INVITATION, "Ann Lee: where is order 12?", "Ann Lee: and when?"] {
        agent.say(&chat, text).await;
    }
    let read = agent.read(&chat).await;
    assert_eq!((read[1].as_str(), read.last().map(String::as_str)), ("<p>YES</p>", Some("<p>BYE</p>")), "{read:?}");

    let chat = agent.chat_with(DECLINES).await;
    agent.say(&chat, INVITATION).await;
    assert_eq!(agent.read(&chat).await[1..], ["<p>NO</p>"]);
    let chat = agent.chat_with(SILENT).await;
    agent.say(&chat, INVITATION).await;
    assert_eq!(agent.read(&chat).await.len(), 1);
    let chat = agent.chat_with(UNSURE).await;
    agent.say(&chat, INVITATION).await;
    agent.say(&chat, INVITATION).await;
    assert!(agent.read(&chat).await[3].contains("&nbsp; yes "));

    // Custom words, from the setting or from the invitation.
    let words = ConferenceWords { positive_response: "oui".to_owned(), ..ConferenceWords::default() };
    agent.practice.set_conference_words(Some(words));
    let chat = agent.chat_with(STAYS).await;
    agent.say(&chat, INVITATION).await;
    assert_eq!(agent.read(&chat).await[1], "<p>oui</p>");
    agent.practice.set_conference_words(None);
    agent.say(&chat, "Customer chat session ended").await;
    let invitation =
        json!({"body": {"contentType": "html", "content": "<p>Kommen Sie (JA&#47;NEIN oder JA/NEIN)?</p>"}});
    agent.post(&format!("chats/{chat}/messages"), &invitation).await;
    assert!(agent.read(&chat).await.iter().any(|text| text.contains("JA")));
}

#[tokio::test]
async fn colleagues_take_their_time() {
    let agent = Agent::new().await;
    agent.practice.set_reply_pace(Duration::from_secs(86_400));
    let chat = agent.chat_with(DECLINES).await;
    agent.say(&chat, INVITATION).await;
    assert_eq!(agent.read(&chat).await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_leaves_its_message_behind() {
    let agent = Agent::new().await;
    let chat = agent.chat_with(SILENT).await;
    agent.practice.set_scenario(Scenario::LostAnswer);
    let body = json!({"body": {"content": "once"}});
    let send = || client().post(agent.url(&format!("chats/{chat}/messages"))).bearer_auth(&agent.token).json(&body);
    assert!(send().send().await.is_err());
    assert_eq!(agent.read(&chat).await, ["once"]);
    assert_eq!(Reply::of(send()).await.status, 201);
    assert_eq!(agent.read(&chat).await, ["once", "once"]);
}

#[tokio::test]
async fn a_token_ends_in_the_middle_and_messages_can_cost() {
    let agent = Agent::new().await;
    let chat = agent.chat_with(SILENT).await;
    agent.practice.set_scenario(Scenario::TokensExpired);
    assert_eq!(agent.say(&chat, "x").await.status, 401);

    let agent = Agent::new().await;
    let chat = agent.chat_with(SILENT).await;
    agent.practice.set_scenario(Scenario::PaymentRequired);
    let path = format!("chats/{chat}/messages");
    for (query, status) in [("", 402), ("?model=A", 402), ("?model=B", 200)] {
        let reply = agent.get(&format!("{path}{query}")).await;
        assert_eq!(reply.status, status, "{query}");
        if status == 402 {
            assert_eq!(reply.graph_code(), "PaymentRequired");
        }
    }
    agent.practice.set_scenario(Scenario::Throttled);
    assert_eq!(agent.say(&chat, "x").await.status, 429);
}
