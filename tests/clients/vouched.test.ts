// Whoever the county's identity provider vouches for: its access tokens, issued and signed by a provider that nobody here wrote.

import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID, webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { demo } from './server.js';
import type { Server } from './server.js';

// What the provider looks for, and Node 18 keeps to itself or has not.
if (!('crypto' in globalThis)) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
if (!('parse' in URL)) {
  const parse = (text: string, base?: string) => (URL.canParse(text, base) ? new URL(text, base) : null);
  Object.defineProperty(URL, 'parse', { value: parse });
}
const { default: Provider } = await import('oidc-provider');

const AUDIENCE = 'https://xiaohao.example.gov.cn';
const CLIENT = { client_id: 'tablet', client_secret: randomUUID() };

/** A key pair under a name of its own. */
function key(alg: 'RS256' | 'ES256', kid: string) {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kty: alg === 'RS256' ? 'RSA' : 'EC', kid, alg, use: 'sig' };
}

const first = key('RS256', 'first');
const second = key('ES256', 'second');

/** A provider of this address that signs access tokens by this key, about this person. */
function provider(by: typeof first, login: string): RequestListener {
  const own = new Provider(issuer, {
    clients: [
      {
        ...CLIENT,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: by.alg,
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [by] },
    extraTokenClaims: () => ({ preferred_username: login }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: by.alg } },
        }),
      },
    },
  });
  return own.callback();
}

let server: Server;
let issuer: string;
let answers: RequestListener;
const http = createServer((request, response) => answers(request, response));

before(async () => {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  answers = provider(first, 'clerk');
  server = await demo({ XIAOHAO_OIDC_ISSUER: issuer, XIAOHAO_OIDC_AUDIENCE: AUDIENCE });
});
after(async () => {
  http.closeAllConnections();
  http.close();
  await server.stop();
});

/** An access token for a resource, as a client gets it. */
async function issued(resource: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', resource, ...CLIENT });
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body });
  const told = (await answer.json()) as { access_token?: string };
  assert.ok(told.access_token, JSON.stringify(told));
  assert.equal(told.access_token.split('.').length, 3, 'it is no JWT');
  return told.access_token;
}

/** Who asks with this token, as the program sees it. */
async function viewer(token: string) {
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { role person { name } } }' }),
  });
  const told = (await answer.json()) as {
    data?: { viewer: { role: string } };
    errors?: { extensions: { code: string } }[];
  };
  return told.data?.viewer.role ?? told.errors?.[0]?.extensions.code;
}

test('whoever the provider vouches for acts as himself', async () => {
  assert.equal(await viewer(await issued(AUDIENCE)), 'OFFICE_CLERK');
});

test('after the provider has begun to sign by another key and another algorithm he still does', async () => {
  const former = await issued(AUDIENCE);
  answers = provider(second, 'clerk');
  const latest = await issued(AUDIENCE);
  // The program asks for other keys once in half a minute at most.
  const until = Date.now() + 60_000;
  while ((await viewer(latest)) !== 'OFFICE_CLERK') {
    assert.ok(Date.now() < until, 'the new key was not asked for');
    await pause(500);
  }
  // What is no longer published is not believed any more.
  assert.equal(await viewer(former), 'SESSION_OVER');
});

test('whoever is let in elsewhere, or is not in the directory, is not let in here', async () => {
  assert.equal(await viewer(await issued('https://elsewhere.example.gov.cn')), 'SESSION_OVER');
  answers = provider(second, 'somebody-else');
  assert.equal(await viewer(await issued(AUDIENCE)), 'SESSION_OVER');
  answers = provider(second, 'clerk');
  assert.equal(await viewer(await issued(AUDIENCE)), 'OFFICE_CLERK');
});
