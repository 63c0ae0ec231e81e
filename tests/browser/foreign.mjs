// oidc-provider, a certified OpenID provider, laid out on Entra's paths: pages, codes, device codes, refresh tokens.
//
//   PORT=… ACCOUNT='{"tenant_id": …, "client_id": …, "client_secret": …, "graph_url": …}' node foreign.mjs path/to/node_modules
//
// It says "ready" once it listens. It checks PKCE, state, nonce, redirect URIs and the client's secret by its own rules.
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { Provider, interactionPolicy } = await import(
  pathToFileURL(path.resolve(process.argv[2], 'oidc-provider/lib/index.js'))
);
const account = JSON.parse(process.env.ACCOUNT);
const port = Number(process.env.PORT);
const prefix = `/${account.tenant_id}`;
const { Prompt, base } = interactionPolicy;
const policy = base();
policy.add(new Prompt({ name: 'select_account', requestable: true }), 0);

const provider = new Provider(`http://localhost:${port}${prefix}/v2.0`, {
  clients: [
    {
      client_id: account.client_id,
      client_secret: account.client_secret,
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: ['http://localhost/liaison'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  scopes: ['openid', 'offline_access', 'profile'].concat(
    ['User.Read', 'Chat.ReadWrite', 'ChatMessage.Send', 'Presence.Read.All'].map((name) => `${account.graph_url}/${name}`),
  ),
  claims: { openid: ['sub', 'oid', 'tid'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      oid: id,
      tid: account.tenant_id,
      name: 'Foreign Person',
      preferred_username: 'person@foreign.example',
    }),
  }),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  interactions: { policy, url: (_, interaction) => `${prefix}/interaction/${interaction.uid}` },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  routes: {
    authorization: '/oauth2/v2.0/authorize',
    token: '/oauth2/v2.0/token',
    device_authorization: '/oauth2/v2.0/devicecode',
    code_verification: '/deviceauth',
    jwks: '/discovery/v2.0/keys',
  },
  cookies: { keys: ['only here'] },
});

// One button signs in and consents.
async function interact(request, response) {
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html');
    return response.end('<!doctype html><title>Foreign</title><form method="post"><button id="sign-in">Sign in</button></form>');
  }
  const { params, prompt } = await provider.interactionDetails(request, response);
  const accountId = '7b1e2f80-3c55-4c0e-8f6a-0d2f6b8f9a11';
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId }, consent: { grantId: await grant.save() }, select_account: {} };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: prompt.name !== 'login' });
}

const handle = provider.callback();
const server = http.createServer(async (request, response) => {
  if (!request.url.startsWith(prefix)) {
    response.statusCode = 404;
    return response.end();
  }
  if (request.url.startsWith(`${prefix}/interaction/`)) {
    return interact(request, response).catch((error) => {
      console.error(error);
      response.statusCode = 500;
      response.end(String(error));
    });
  }
  request.originalUrl = request.url;
  request.url = request.url.slice(prefix.length);
  return handle(request, response);
});
server.listen(port, '127.0.0.1', () => console.log('ready'));
