// @azure/identity signs in, @microsoft/microsoft-graph-client reads Graph. Argument: the folder of `run`.
const fs = require("node:fs");
const path = require("node:path");
const { ClientCertificateCredential, ClientSecretCredential } = require("@azure/identity");
const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = require("@microsoft/microsoft-graph-client");
const {
  TokenCredentialAuthenticationProvider,
} = require("@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials");

const folder = process.argv[2];
const details = JSON.parse(fs.readFileSync(path.join(folder, "https.json"), "utf8").split("\n")[0]);
const options = { authorityHost: details.login_url, disableInstanceDiscovery: true };
let count = 0;
let failed = 0;

function check(what, holds, seen) {
  count += 1;
  if (!holds) {
    failed += 1;
    console.log(`FAILED: ${what}\n  seen: ${JSON.stringify(seen)}`);
  }
}

function graph(credential) {
  const scopes = [`${details.graph_url}/.default`];
  const authProvider = new TokenCredentialAuthenticationProvider(credential, { scopes });
  const customHosts = new Set([new URL(details.graph_url).hostname]);
  return Client.initWithMiddleware({ authProvider, baseUrl: `${details.graph_url}/`, customHosts });
}

async function everybody(client) {
  const first = await client.api("/users").top(999).select("id,displayName").get();
  const people = [];
  await new PageIterator(client, first, (one) => people.push(one)).iterate();
  return people;
}

async function batch(client, ids) {
  const request = (id, url, init) => ({ id, request: new Request(`${details.graph_url}/v1.0${url}`, init) });
  const content = new BatchRequestContent([
    request("app", `/applications/${details.object_id}`),
    request("nobody", "/users/nobody@contoso.example"),
    request("presence", "/communications/getPresencesByUserId", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ids }),
    }),
  ]);
  const body = await content.getContent();
  // The client takes the front of an address away only where it is graph.microsoft.com's.
  for (const one of body.requests) {
    one.url = one.url.replace(/^.*\/v1\.0/, "");
  }
  return new BatchResponseContent(await client.api("/$batch").post(body));
}

async function main() {
  const { tenant_id, client_id, client_secret } = details;
  const client = graph(new ClientSecretCredential(tenant_id, client_id, client_secret, options));
  const people = await everybody(client);
  check("all people are read, once each", new Set(people.map((one) => one.id)).size === 2500, people.length);

  const ids = people.slice(0, 650).map((one) => one.id);
  const presence = await client.api("/communications/getPresencesByUserId").post({ ids });
  check("presence of 650 people", presence.value.length === 650, presence.value.length);
  const filtered = await client.api("/users").filter("startsWith(displayName,'ann')").select("displayName").get();
  check("people are filtered", filtered.value.length >= 2, filtered);
  const found = await client.api("/users").search('"displayName:adele"').header("ConsistencyLevel", "eventual").get();
  check("people are found", found.value.some((one) => one.displayName === "Adele Vance"), found);

  const answers = await batch(client, ids.slice(0, 3));
  check("a batch answers each part", answers.getResponseById("app").status === 200);
  check("one of them not", answers.getResponseById("nobody").status === 404);
  const three = await answers.getResponseById("presence").json();
  check("a batch takes a body", three.value.length === 3, three);

  const refused = await client.api("/users/nobody@contoso.example").get().catch((error) => error);
  check("an error has its code", refused.code === "Request_ResourceNotFound", refused);
  check("and its request id", /^[0-9a-f-]{36}$/.test(refused.requestId), refused.requestId);

  const pem = ["app.pem", "app.key"].map((file) => fs.readFileSync(path.join(folder, file), "utf8")).join("\n");
  const certificate = new ClientCertificateCredential(tenant_id, client_id, { certificate: pem }, options);
  const app = await graph(certificate).api(`/applications/${details.object_id}`).select("id,keyCredentials").get();
  check("a certificate signs in", app.keyCredentials.length === 1, app);

  const wrong = graph(new ClientSecretCredential(tenant_id, client_id, "8Qk8Q~not-the-secret", options));
  const error = await wrong.api("/users").get().catch((error) => error);
  check("a wrong secret does not", String(error.message ?? error).includes("AADSTS7000215"), String(error));
  console.log(`Microsoft's client for Node: ${count - failed} of ${count} checks hold`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error) => {
  console.log(`FAILED: ${error.stack}`);
  process.exitCode = 1;
});
