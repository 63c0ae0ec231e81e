"""MSAL for Python signs in with a secret and with a certificate, then reads Graph. Argument: the folder of `run`."""

import pathlib
import sys

import msal
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from checks import check, claims, done, read_details

folder = pathlib.Path(sys.argv[1])
details = read_details(folder / "https.json")
authority = str(folder / "ca.pem")


def token(credential):
    app = msal.ConfidentialClientApplication(
        details["client_id"],
        client_credential=credential,
        authority=f"{details['login_url']}/{details['tenant_id']}",
        instance_discovery=False,
        verify=authority,
    )
    return app.acquire_token_for_client([f"{details['graph_url']}/.default"])


def certificate(file, newer):
    pem = (folder / f"{file}.pem").read_text()
    credential = {"private_key": (folder / f"{file}.key").read_text()}
    if newer:
        # Without a thumbprint MSAL computes it with SHA-256 and signs with PSS.
        return credential | {"public_certificate": pem}
    return credential | {"thumbprint": x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA1()).hex()}


by_secret = token(details["client_secret"])
check("a secret signs in", "access_token" in by_secret, by_secret)
check("the token says so", claims(by_secret)["appidacr"] == "1")
for newer in (False, True):
    kind = "SHA-256" if newer else "SHA-1"
    answer = token(certificate("app", newer))
    check(f"a certificate named by {kind} signs in", "access_token" in answer, answer)
    check("the token says so", claims(answer)["appidacr"] == "2")
    refused = token(certificate("stranger", newer))
    check(f"a stranger's certificate named by {kind} does not", refused.get("error_codes") == [700027], refused)
refused = token("8Qk8Q~not-the-secret")
check("a wrong secret does not", (refused.get("error"), refused["error_codes"]) == ("invalid_client", [7000215]), refused)

graph = requests.Session()
graph.verify = authority
graph.headers["Authorization"] = f"Bearer {by_secret['access_token']}"
url = f"{details['graph_url']}/v1.0/users?$top=999&$select=id,displayName,businessPhones,mobilePhone"
people = []
while url:
    page = graph.get(url)
    page.raise_for_status()
    people += page.json()["value"]
    url = page.json().get("@odata.nextLink")
check("all people are read, once each", len({one["id"] for one in people}) == len(people) == 2500, len(people))
wanted = [one["id"] for one in people[:650]]
presence = graph.post(f"{details['graph_url']}/v1.0/communications/getPresencesByUserId", json={"ids": wanted})
check("presence of 650 people", sorted(one["id"] for one in presence.json()["value"]) == sorted(wanted))
app = graph.get(f"{details['graph_url']}/v1.0/applications(appId='{details['client_id']}')?$select=id,keyCredentials")
check("the app has its certificate", len(app.json()["keyCredentials"]) == 1, app.text)
done("MSAL for Python")
