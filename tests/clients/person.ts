// Somebody who has signed in, with a client of his own.

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Client, fetchExchange } from '@urql/core';
import type { AnyVariables } from '@urql/core';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { SignInDocument } from './generated/operations.js';
import type { Role, SignInMutation } from './generated/operations.js';
import { fileOf } from './makings.js';
import { PASSWORD } from './server.js';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly unit: { readonly id: string; readonly name: string };
  /** What says so that it is he, in the header `authorization`. */
  readonly authorization: string;
  /** What he is answered; whatever is wrong with the request itself ends the test. */
  ask<Data, Variables extends AnyVariables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /** Sends a file, so that acts can cite it. */
  send(contents: string): Promise<void>;
}

/** A client that keeps nothing: each question goes to the server. */
function client(url: string, token?: string): Client {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Client({
    url,
    exchanges: [fetchExchange],
    fetchOptions: { headers },
    preferGetMethod: false,
    requestPolicy: 'network-only',
  });
}

async function asked<Data, Variables extends AnyVariables>(
  by: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const acts = document.definitions.some(
    (one) => one.kind === 'OperationDefinition' && one.operation === 'mutation',
  );
  const answer = await (acts ? by.mutation(document, variables) : by.query(document, variables)).toPromise();
  assert.equal(answer.error, undefined, answer.error?.message);
  assert.ok(answer.data);
  return answer.data;
}

/** An id as clients make them, without asking anybody: UUIDv7. */
export function newId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

/** Signs somebody in, by his login, for one of his posts. */
export async function signIn(url: string, login: string, role?: Role): Promise<Person> {
  const variables = { login, password: PASSWORD, role };
  const opened: SignInMutation = await asked(client(url), SignInDocument, variables);
  const { token, viewer } = opened.signIn;
  assert.ok(viewer.person && viewer.unit, `${login} is nobody, or nowhere`);
  const his = client(url, token);
  const authorization = `Bearer ${token}`;
  return {
    ...viewer.person,
    unit: viewer.unit,
    authorization,
    ask: (document, variables) => asked(his, document, variables),
    send: async (contents) => {
      const to = new URL(`/evidence/${fileOf(contents)}`, url);
      const headers = { authorization };
      const answer = await fetch(to, { method: 'PUT', headers, body: contents });
      assert.equal(answer.status, 201, await answer.text());
    },
  };
}
