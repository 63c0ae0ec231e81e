"""Walks the sign-in pages of the practice tenant as a browser without scripts does."""

import html
import re
import urllib.parse


def press(session, page, chosen):
    """Sends the page's last form with what it holds and what a person chose; a way back to the app is not followed."""
    action, form = page.text.rsplit('<form method="post" action="', 1)[1].split('"', 1)
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    fields = {name: html.unescape(value) for name, value in fields} | chosen
    return session.post(urllib.parse.urljoin(page.url, html.unescape(action)), data=fields, allow_redirects=False)


def agree(session, page, account):
    """Picks an account and consents."""
    page = press(session, page, {"account": account})
    return press(session, page, {"answer": "accept"})


def way_back(page):
    """The parameters that come back to the app."""
    query = urllib.parse.urlparse(page.headers["location"]).query
    return dict(urllib.parse.parse_qsl(query))
