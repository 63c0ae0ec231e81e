"""MSAL for Python signs people in: in a browser, with a device code, and again without either. Argument: the folder of `run`."""

import pathlib
import sys
import threading

import msal
import requests

from checks import check, claims, done, read_details
from pages import agree, press, way_back

folder = pathlib.Path(sys.argv[1])
# The second tenant allows its app to be a public client, which a device code without a secret needs.
details, public = (read_details(folder / file) for file in ("https.json", "public.json"))
AGENT = "ann.lee@contoso.example"
SCOPES = ["User.Read", "Chat.ReadWrite"]
browser = requests.Session()
browser.verify = str(folder / "ca.pem")


def app(kind, tenant=details, **more):
    authority = f"{tenant['login_url']}/{tenant['tenant_id']}"
    return kind(tenant["client_id"], authority=authority, instance_discovery=False, verify=browser.verify, **more)


def me(answer, tenant=details):
    address = f"{tenant['graph_url']}/v1.0/me"
    return browser.get(address, headers={"Authorization": f"Bearer {answer['access_token']}"}).json()


def in_the_browser(client, redirect, proof):
    """MSAL makes state, nonce and PKCE, and checks them and the ID token afterwards."""
    flow = client.initiate_auth_code_flow(SCOPES, redirect_uri=redirect)
    back = way_back(agree(browser, browser.get(flow["auth_uri"]), AGENT))
    answer = client.acquire_token_by_auth_code_flow(flow, back)
    check("a person signs in in the browser", "access_token" in answer, answer)
    check("the token says how the app proved itself", claims(answer)["appidacr"] == proof, claims(answer))
    check("as the one who was picked", me(answer)["userPrincipalName"] == AGENT)
    check("the ID token says who", answer["id_token_claims"]["preferred_username"] == AGENT, answer["id_token_claims"])
    again = client.acquire_token_by_auth_code_flow(flow, back)
    check("a code counts once", again.get("error") == "invalid_grant", again)
    account = client.get_accounts()[0]
    renewed = client.acquire_token_silent(SCOPES, account, force_refresh=True)
    check("the refresh token brings a new one", renewed and renewed["access_token"] != answer["access_token"], renewed)


in_the_browser(app(msal.PublicClientApplication), "http://localhost:50123", "0")
web = app(msal.ConfidentialClientApplication, client_credential=details["client_secret"])
in_the_browser(web, "http://localhost:50123/liaison", "1")

def with_a_device(tenant):
    """MSAL asks every few seconds, as it was told; the person needs less."""
    device = app(msal.PublicClientApplication, tenant)
    flow = device.initiate_device_flow(SCOPES)
    check("a device gets a code", "user_code" in flow, flow)
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(device.acquire_token_by_device_flow(flow)))
    waiting.start()
    page = press(browser, browser.get(flow["verification_uri"]), {"user_code": flow["user_code"]})
    agree(browser, page, AGENT)
    waiting.join()
    return answers[0]


refused = with_a_device(details)
check("a confidential client needs its secret for a device", refused.get("error_codes") == [7000218], refused)
answer = with_a_device(public)
check("a person signs a device in", "access_token" in answer, answer)
check("as the one who was picked", me(answer, public)["userPrincipalName"] == AGENT)
done("MSAL for Python with people")
