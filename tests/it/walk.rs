//! A browser without scripts: opens a page of the practice sign-in, presses its buttons, follows its redirects.

use reqwest::{Client, redirect};
use url::Url;

/// What a request came to.
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub location: Option<String>,
    pub text: String,
}

/// Follows no redirect by itself.
pub fn browser() -> Client {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().expect("a client")
}

async fn load(request: reqwest::RequestBuilder) -> Page {
    let response = request.send().await.expect("an answer");
    Page {
        url: response.url().clone(),
        status: response.status().as_u16(),
        location: response.headers().get("location").map(|to| to.to_str().expect("text").to_owned()),
        text: response.text().await.expect("a body"),
    }
}

pub async fn open(address: &str) -> Page {
    load(browser().get(address)).await
}

impl Page {
    /// Presses a button of the page's last form, with what that form holds.
    pub async fn press(&self, chosen: &[(&str, &str)]) -> Page {
        assert_eq!(self.status, 200, "{}", self.text);
        let (_, form) = self.text.rsplit_once("<form method=\"post\" action=\"").expect("a form");
        let (action, form) = form.split_once('"').expect("an address");
        let mut fields: Vec<(String, String)> =
            chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for field in form.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = field.split_once("\" value=\"").expect("a value");
            let value = rest.split_once('"').expect("its end").0;
            let value = value.replace("&#39;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&amp;", "&");
            if !fields.iter().any(|(known, _)| known == name) {
                fields.push((name.to_owned(), value));
            }
        }
        load(browser().post(self.url.join(action).expect("an address")).form(&fields)).await
    }

    /// Where the redirect leads.
    pub fn target(&self) -> Url {
        let location = self.location.as_ref().unwrap_or_else(|| panic!("no redirect: {}", self.text));
        Url::parse(location).expect("an address")
    }
}

/// Picks an account and consents: the redirect back to the app, not yet followed.
pub async fn consent(address: &str, account: &str) -> Page {
    let mut page = open(address).await;
    if page.text.contains("Pick an account") {
        page = page.press(&[("account", account)]).await;
    }
    assert!(page.text.contains("Permissions requested"), "{}", page.text);
    page.press(&[("answer", "accept")]).await
}
