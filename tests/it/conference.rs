//! Live conferences, from the session through the worker to the practice tenant's Teams and back, over real HTTP.
//!
//! Colleagues there answer by themselves: they accept, decline, stay silent, ask first, leave.

use crate::{
    flaky::{Fate, Flaky},
    oauth, walk,
};
use chrono::Utc;
use liaison::{
    agents::Agents,
    domain::{
        Account, CloudDraft, CloudKind, Draft, ExpiryChange, Origin, Secret,
        conference::{Ending, Party, Stage},
    },
    http::Http,
    keeper::{Apply, Keeper, SecretChange, WithoutKeychain},
    notify::{NotShown, Notifier},
    practice::{Practice, Scenario},
    profile::Profile,
    session::{
        Action as SessionAction, Command, Opened, Session,
        conference::{Action, Mode, Person, live},
    },
    vault::Vault,
    worker::Worker,
};
use std::{
    thread,
    time::{Duration, Instant},
};

const AGENT: &str = "ann.lee@contoso.example";
const NEVER: Duration = Duration::from_secs(60);

/// A session and its worker, as behind a window, with one agent who has signed in.
struct Desk {
    practice: Practice,
    flaky: Flaky,
    session: Session,
    worker: Worker,
    profile: Profile,
    vault: Vault,
    _dir: tempfile::TempDir,
}

fn quiet() -> Notifier {
    Notifier::rehearsed(|_, _| Err(NotShown))
}

fn port(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().parse().unwrap()
}

impl Desk {
    async fn new() -> Self {
        let practice = oauth::start(Scenario::Healthy);
        practice.set_reply_pace(Duration::from_millis(50));
        let details = practice.details();
        let server = port(&details.graph_url);
        let flaky = Flaky::before(server);
        let draft = Draft {
            name: "Contoso".into(),
            object_id: details.object_id.clone(),
            tenant_id: details.tenant_id.clone(),
            client_id: details.client_id.clone(),
            cloud: CloudDraft {
                kind: CloudKind::Custom,
                login_url: flaky.by_way(&details.login_url, server),
                graph_url: flaky.by_way(&details.graph_url, server),
            },
            ..Draft::default()
        };
        let dir = tempfile::tempdir().unwrap();
        let (profile, vault) = (Profile::at(dir.path().join("liaison")), Vault::memory());
        apply(&profile, &vault, draft.parse().unwrap(), &details.client_secret);
        let agents = Agents::new(profile.clone(), vault.clone(), Http::default(), Utc::now, |_| {});
        enable(&agents, AGENT).await;
        let worker = Worker::start(profile.clone(), vault.clone(), Utc::now, quiet(), Default::default(), || {});
        worker.send(Command::Load);
        let session = Session::default();
        let mut desk = Self { practice, flaky, session, worker, profile, vault, _dir: dir };
        desk.wait("the account", |session| matches!(session.opened, Opened::Ready));
        desk.wait("the agents", |session| session.agents.enabled() == 1);
        desk.act(Action::Mode(Mode::Live));
        desk
    }

    fn act(&mut self, action: Action) {
        self.ask(SessionAction::Conference(action));
    }

    fn ask(&mut self, action: SessionAction) {
        let commands = self.session.update(action, Utc::now());
        commands.into_iter().for_each(|command| self.worker.send(command));
    }

    #[track_caller]
    fn wait(&mut self, what: &str, done: impl Fn(&Session) -> bool) {
        let begun = Instant::now();
        while !done(&self.session) {
            assert!(begun.elapsed() < NEVER, "waited in vain for {what}:\n{}", self.lines().join("\n"));
            while let Some(event) = self.worker.poll() {
                let commands = self.session.receive(event, Utc::now());
                commands.into_iter().for_each(|command| self.worker.send(command));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn lines(&self) -> Vec<String> {
        let call = self.session.conference.live.call.as_ref();
        call.map(|call| call.transcript.entries().iter().map(|entry| entry.text(None)).collect()).unwrap_or_default()
    }

    /// Finds somebody by name in Graph and invites them, after the question.
    fn invite(&mut self, name: &str) {
        let person = self.find(name);
        self.act(Action::Live(live::Action::Ask(person)));
        self.act(Action::Live(live::Action::Invite));
    }

    fn find(&mut self, name: &str) -> Person {
        self.act(Action::Live(live::Action::Find(name.to_owned())));
        self.wait("the directory", |session| !session.conference.live.search.is_under_way());
        let search = &self.session.conference.live.search;
        assert_eq!(search.failure, None);
        search.found.first().unwrap_or_else(|| panic!("{name} is not found")).clone()
    }

    fn stage(&self, number: usize) -> Stage {
        self.session.conference.live.call.as_ref().unwrap().conference.colleagues[number].stage
    }

    fn say(&mut self, from: Party, text: &str) {
        self.act(Action::Say { from, text: text.to_owned() });
    }

    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        let has = |session: &Session| {
            let call = session.conference.live.call.as_ref();
            call.is_some_and(|call| call.transcript.entries().iter().any(|entry| entry.text(None).contains(text)))
        };
        self.wait(text, has);
    }

    #[track_caller]
    fn wait_written(&mut self) {
        self.wait("everything to arrive", |session| {
            session.conference.live.call.as_ref().is_some_and(|call| call.lines.iter().all(|line| line.waiting == 0))
        });
    }

    /// What stands in Teams between the agent and a colleague, oldest first, read by somebody else's code.
    async fn teams(&self, number: usize) -> Vec<String> {
        let agents = Agents::new(self.profile.clone(), self.vault.clone(), Http::default(), Utc::now, |_| {});
        let call = self.session.conference.live.call.as_ref().unwrap();
        let token = agents.access_token(call.agent).await.unwrap();
        let mut ids = [call.agent.to_string(), call.lines[number].person.id.to_string()];
        ids.sort();
        let graph = &self.practice.details().graph_url;
        let url = format!("{graph}/v1.0/chats/19:{}_{}@unq.gbl.spaces/messages?$top=50", ids[0], ids[1]);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).bearer_auth(token.expose()).send().await.unwrap().text().await.unwrap();
        let body: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let messages = body["value"].as_array().unwrap_or_else(|| panic!("{answer}")).iter().rev();
        let written = messages.filter(|message| message["from"]["user"]["id"] == call.agent.to_string());
        written.map(|message| message["body"]["content"].as_str().unwrap().to_owned()).collect()
    }
}

fn apply(profile: &Profile, vault: &Vault, account: Account, secret: &str) {
    let mut keeper = Keeper::open(profile, vault.clone()).unwrap();
    let change = Apply {
        account,
        secret: SecretChange::Store(Secret::new(secret).into()),
        expiry: ExpiryChange::Leave,
        expected: None,
        origin: Origin::Edited,
        without_keychain: WithoutKeychain::Refuse,
        now: Utc::now(),
    };
    keeper.apply(change).unwrap();
}

/// Signs somebody in by walking the pages.
async fn enable(agents: &Agents, who: &str) {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let agents = agents.clone();
    let waiting = tokio::spawn(async move {
        agents.enable_in_browser(None, NEVER, |address| drop(tell.send(address.to_owned()))).await
    });
    let address = told.recv().await.unwrap();
    let back = walk::consent(&address, who).await;
    walk::open(back.target().as_str()).await;
    waiting.await.unwrap().unwrap();
}

const INVITATION: &str = "You are invited to customer chat session, would you like to accept (YES/NO)?";

#[tokio::test]
async fn a_colleague_is_invited_joins_talks_and_is_told_the_end() {
    let mut desk = Desk::new().await;
    desk.invite("Łukasz Wiśniewski");
    desk.wait_for("Łukasz Wiśniewski joined the session");
    desk.wait_for("Hello, this is Łukasz. What is it about?");
    desk.say(Party::Customer, "Where is <my> order & who has it?\nIt is late.");
    desk.wait_for("Let me look that up …");
    desk.say(Party::Agent, "One moment.");
    desk.wait_for("I have found it: it leaves our warehouse today & arrives tomorrow.");
    desk.act(Action::Leave(Party::Agent));
    desk.wait("the end of the line", |session| !session.conference.live.call.as_ref().unwrap().is_on());
    assert_eq!(desk.stage(0), Stage::Out { how: Ending::SessionEnded, told: false });
    assert_eq!(
        desk.teams(0).await,
        [
            INVITATION,
            "Customer: Where is <my> order & who has it?\nIt is late.",
            "Ann Lee: One moment.",
            "Customer chat session ended"
        ]
    );
    let keeper = Keeper::open(&desk.profile, desk.vault.clone()).unwrap();
    assert_eq!(keeper.messages(Utc::now()).unwrap(), 4, "messages of this month are counted");
    let listed = desk.practice.requests().into_iter().filter(|request| request.path.contains("/messages?"));
    assert!(listed.clone().count() > 2);
    assert!(listed.map(|request| request.path).all(|path| path.contains("$top=50") || path.contains("%24top=50")));
}

#[tokio::test]
async fn each_manner_of_answering_is_understood_and_several_take_part() {
    let mut desk = Desk::new().await;
    desk.invite("Zoë Ångström");
    desk.invite("Søren Kjærgaard");
    desk.wait_for("Zoë Ångström declined");
    desk.wait_for("Who is it about?");
    desk.wait_for("Søren Kjærgaard joined the session");
    desk.invite("Łukasz Wiśniewski");
    desk.wait_for("Łukasz Wiśniewski joined the session");
    desk.wait_written();
    assert_eq!(desk.teams(0).await, [INVITATION], "who declined reads nothing more");
    let read = desk.teams(1).await;
    assert_eq!(read[..2], [INVITATION, INVITATION], "any other answer repeats it once");
    assert!(read.contains(&"Łukasz Wiśniewski joined the session".to_owned()), "{read:?}");
}

#[tokio::test]
async fn who_has_left_can_be_invited_again_in_the_same_chat() {
    let mut desk = Desk::new().await;
    desk.invite("Adele Vance");
    desk.wait_for("Adele Vance joined the session");
    desk.say(Party::Customer, "One");
    desk.wait_for("Let me look that up …");
    desk.say(Party::Customer, "Two");
    desk.wait_for("Adele Vance left the session");
    desk.act(Action::Live(live::Action::InviteAgain(0)));
    desk.wait("Adele to join again", |session| {
        session.conference.live.call.as_ref().unwrap().conference.colleagues[0].stage == Stage::In
    });
    assert_eq!(desk.teams(0).await, [INVITATION, "Customer: One", "Customer: Two", INVITATION]);
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_over_a_bad_network() {
    let mut desk = Desk::new().await;
    desk.invite("Łukasz Wiśniewski");
    desk.wait_for("joined the session");
    desk.flaky.plan("POST /v1.0/chats/", &[Fate::AnswerLost, Fate::RequestLost, Fate::Passes, Fate::AnswerLost]);
    for text in ["One", "Two", "Two"] {
        desk.say(Party::Customer, text);
    }
    desk.wait("a trouble", |session| session.conference.live.call.as_ref().unwrap().lines[0].trouble.is_some());
    desk.wait_written();
    assert!(desk.flaky.is_done());
    assert_eq!(desk.teams(0).await, [INVITATION, "Customer: One", "Customer: Two", "Customer: Two"]);

    // The network is gone for a while. What is said meanwhile waits.
    desk.flaky.set_down(true);
    desk.say(Party::Agent, "Three");
    desk.wait("a trouble", |session| session.conference.live.call.as_ref().unwrap().lines[0].trouble.is_some());
    desk.flaky.set_down(false);
    desk.wait_written();
    desk.wait("the trouble to end", |session| {
        session.conference.live.call.as_ref().unwrap().lines[0].trouble.is_none()
    });
    assert_eq!(desk.teams(0).await[3..], ["Customer: Two", "Ann Lee: Three"]);
    let heard = desk.lines().iter().filter(|line| *line == "Let me look that up …").count();
    assert_eq!(heard, 1, "what the colleague wrote is read once:\n{}", desk.lines().join("\n"));
}

#[tokio::test]
async fn a_token_that_ends_in_mid_conversation_is_replaced() {
    let mut desk = Desk::new().await;
    desk.invite("Łukasz Wiśniewski");
    desk.wait_for("joined the session");
    desk.practice.set_scenario(Scenario::TokensExpired);
    desk.say(Party::Customer, "One");
    desk.wait_written();
    desk.wait_for("Let me look that up …");
    let line = desk.session.conference.live.call.as_ref().unwrap().lines[0].clone();
    assert_eq!((line.trouble, line.failure), (None, None));
    assert_eq!(desk.teams(0).await, [INVITATION, "Customer: One"]);

    // The next one ends, too, and now nobody gives another.
    desk.practice.set_scenario(Scenario::TokensExpired);
    desk.practice.set_scenario(Scenario::AgentRevoked);
    desk.say(Party::Customer, "Two");
    desk.wait_for("Łukasz Wiśniewski left the session");
    let line = desk.session.conference.live.call.as_ref().unwrap().lines[0].clone();
    assert!(line.failure.unwrap().headline.contains("The sign-in was revoked"));
}

#[tokio::test]
async fn a_refusal_is_told_in_words_and_the_colleague_counts_as_gone() {
    for (scenario, name, says) in [
        (Scenario::Healthy, "olena.shevchenko@contoso.example", " or the agent has no Microsoft Teams licence."),
        (Scenario::PaymentRequired, "Adele Vance", "Microsoft asks for a payment model before it takes messages."),
    ] {
        let mut desk = Desk::new().await;
        let person = desk.find(name);
        desk.practice.set_scenario(scenario);
        desk.act(Action::Live(live::Action::Ask(person)));
        desk.act(Action::Live(live::Action::Invite));
        desk.wait_for(says);
        assert_eq!(desk.stage(0), Stage::Out { how: Ending::Unreachable, told: false });
        assert!(!desk.session.conference.live.call.as_ref().unwrap().is_on());
    }
}

#[tokio::test]
async fn when_graph_asks_to_wait_it_is_waited_for() {
    let mut desk = Desk::new().await;
    let person = desk.find("Łukasz Wiśniewski");
    desk.practice.set_scenario(Scenario::Throttled);
    desk.act(Action::Live(live::Action::Ask(person)));
    desk.act(Action::Live(live::Action::Invite));
    desk.wait_for("joined the session");
    assert_eq!(desk.teams(0).await, [INVITATION]);
}

#[tokio::test]
async fn closing_the_window_tells_the_colleagues_first() {
    let mut desk = Desk::new().await;
    desk.invite("Łukasz Wiśniewski");
    desk.wait_for("joined the session");
    desk.ask(SessionAction::LeavePractice);
    assert!(desk.session.notice.as_ref().unwrap().text.contains("so that Łukasz Wiśniewski is told"));
    desk.ask(SessionAction::RequestClose);
    assert!(!desk.session.closing);
    desk.wait("the window to close", |session| session.closing);
    assert_eq!(desk.teams(0).await, [INVITATION, "Customer chat session ended"]);
}
