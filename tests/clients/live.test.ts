// What happens, as it happens: over WebSocket with `graphql-ws`, over server-sent events with `graphql-sse`; and what is said to
// whoever does not keep to the protocols.

import { print } from 'graphql';
import { createClient as createEventsClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import * as api from './generated/operations.js';
import { makings } from './makings.js';
import type { Makings } from './makings.js';
import { newId, signIn } from './person.js';
import type { Person } from './person.js';
import { demo } from './server.js';
import type { Server } from './server.js';

let server: Server;
let clerk: Person;
let reporter: Person;
let made: Makings;
before(async () => {
  server = await demo();
  clerk = await signIn(server.url, 'clerk');
  reporter = await signIn(server.url, 'town-100', 'INSPECTOR');
  const unit = await signIn(server.url, 'unit');
  const inspector = await signIn(server.url, 'lead-kgxj', 'INSPECTOR');
  const { committees } = await clerk.ask(api.CommitteesDocument, {});
  made = makings({ clerk, unit, inspector }, committees);
  await reporter.send('before');
});
after(() => server.stop());

const socketUrl = () => server.url.replace('http', 'ws');

async function report(): Promise<{ hazardId: string; position: number }> {
  const hazardId = newId();
  const act = { hazardId, requestId: newId() };
  const { done } = await reporter.ask(api.ReportHazardDocument, { act, input: made.report });
  assert.deepEqual(done.userErrors, []);
  assert.ok(done.entry);
  return { hazardId, position: done.entry.position };
}

/** What a transport is asked to push, one answer after the other. */
type Push = (
  query: string,
  variables?: Record<string, unknown>,
) => AsyncIterableIterator<{ data?: unknown; errors?: readonly { extensions?: { code?: unknown } }[] }>;

const transports: Record<string, (by: Person) => { push: Push; leave(): void }> = {
  'WebSocket, named in connection_init': (by) => {
    const client = createSocketClient({
      url: socketUrl(),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: by.authorization },
      retryAttempts: 0,
    });
    const push: Push = (query, variables) => client.iterate({ query, variables });
    return { push, leave: () => void client.dispose() };
  },
  'WebSocket, named in the header': (by) => {
    class Named extends WebSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, { headers: { authorization: by.authorization } });
      }
    }
    const client = createSocketClient({ url: socketUrl(), webSocketImpl: Named, retryAttempts: 0 });
    const push: Push = (query, variables) => client.iterate({ query, variables });
    return { push, leave: () => void client.dispose() };
  },
  'server-sent events': (by) => {
    const headers = { authorization: by.authorization };
    const client = createEventsClient({ url: server.url, headers, retryAttempts: 0 });
    const push: Push = (query, variables) => client.iterate({ query, variables });
    return { push, leave: () => client.dispose() };
  },
};

/** The code by which a subscription is refused: over WebSocket with an `error` of the protocol, in a stream of events with its answer. */
async function refusedWith(pushed: ReturnType<Push>): Promise<unknown> {
  try {
    const { value } = await pushed.next();
    return value?.errors?.[0]?.extensions?.code;
  } catch (refused) {
    return (refused as { extensions?: { code?: unknown } }[])[0]?.extensions?.code;
  }
}

for (const [name, connect] of Object.entries(transports)) {
  test(`${name}: each line once and in order, from where one stopped`, async () => {
    const first = await report();
    const { push, leave } = connect(clerk);
    const pushed = push(print(api.LedgerAppendedDocument), { after: first.position - 1 });
    const next = async () => {
      const { value, done } = await pushed.next();
      assert.ok(!done && value.errors === undefined, JSON.stringify(value));
      return (value.data as api.LedgerAppendedSubscription).ledgerAppended;
    };
    assert.deepEqual(await next(), {
      position: first.position,
      event: 'HAZARD_REPORTED',
      subject: first.hazardId,
    });
    const [second, third] = [await report(), await report()];
    assert.deepEqual([(await next()).position, (await next()).position], [second.position, third.position]);
    await pushed.return?.();
    leave();
  });

  test(`${name}: one hazard is watched, others are not told of`, async () => {
    const watched = await report();
    const { push, leave } = connect(clerk);
    const pushed = push(print(api.HazardChangedDocument), { hazardId: watched.hazardId });
    // The subscription is known to hold once a question that was asked after it is answered.
    const told = pushed.next();
    for await (const { data } of push(print(api.HazardCountDocument))) assert.ok(data);
    await report();
    const act = { hazardId: watched.hazardId, requestId: newId(), expectedVersion: 1 };
    const input = { ...made.listing, duplicateWaiver: '三次试验各是一处。' };
    const { done } = await clerk.ask(api.ListHazardDocument, { act, input });
    assert.deepEqual(done.userErrors, []);
    const { value } = await told;
    assert.equal((value.data as api.HazardChangedSubscription).hazardChanged.event, 'HAZARD_LISTED');
    await pushed.return?.();
    leave();
  });

  test(`${name}: what is wrong with a subscription is told with its code`, async () => {
    const { push, leave } = connect(clerk);
    for (const [query, code] of [
      ['subscription { nothing }', 'QUERY_INVALID'],
      [`subscription { hazardChanged(hazardId: "${newId()}") { position } }`, 'NOT_FOUND'],
      [`subscription { ledgerAppended(after: ${'['.repeat(2000)}1${']'.repeat(2000)}) { position } }`, 'QUERY_TOO_DEEP'],
    ] as const) {
      assert.equal(await refusedWith(push(query)), code);
    }
    leave();
  });
}

/** The conversation that a client begins by these messages, up to the code by which it is closed. */
async function closedWith(says: (socket: WebSocket) => void, protocol = 'graphql-transport-ws'): Promise<number> {
  const socket = new WebSocket(socketUrl(), protocol);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  says(socket);
  const [code] = await closed;
  return code;
}

const say = (socket: WebSocket, message: unknown) => socket.send(JSON.stringify(message));
const introduce = (socket: WebSocket) =>
  say(socket, { type: 'connection_init', payload: { authorization: clerk.authorization } });
const subscribe = (socket: WebSocket, id = '1') =>
  say(socket, { type: 'subscribe', id, payload: { query: 'subscription { ledgerAppended { position } }' } });

test('who does not keep to the protocol is told by its codes', async () => {
  assert.equal(await closedWith((socket) => socket.send('no JSON')), 4400);
  const nameless = (socket: WebSocket) => {
    introduce(socket);
    subscribe(socket, '');
  };
  assert.equal(await closedWith(nameless), 4400);
  assert.equal(await closedWith((socket) => say(socket, { type: 'connection_init' })), 4403);
  const stale = { type: 'connection_init', payload: { authorization: 'Bearer nothing' } };
  assert.equal(await closedWith((socket) => say(socket, stale)), 4403);
  assert.equal(await closedWith((socket) => subscribe(socket)), 4401);
  const twice = (socket: WebSocket) => {
    introduce(socket);
    introduce(socket);
  };
  assert.equal(await closedWith(twice), 4429);
  const again = (socket: WebSocket) => {
    introduce(socket);
    socket.once('message', () => {
      subscribe(socket);
      subscribe(socket);
    });
  };
  assert.equal(await closedWith(again), 4409);
  const many = (socket: WebSocket) => {
    introduce(socket);
    socket.once('message', () => {
      for (let id = 0; id <= 100; id += 1) subscribe(socket, `${id}`);
    });
  };
  assert.equal(await closedWith(many), 1008);
  assert.equal(await closedWith((socket) => socket.send('x'.repeat(300_000))), 1009);
});

test('an operation that is refused ends with an error, and nothing is said of it after that', async () => {
  const socket = new WebSocket(socketUrl(), 'graphql-transport-ws');
  await once(socket, 'open');
  const heard: { type: string; id?: string; payload?: { extensions: { code: string } }[] }[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      heard.push(JSON.parse(String(data)));
      if (heard.at(-1)?.type === 'complete') resolve();
    });
  });
  introduce(socket);
  await once(socket, 'message');
  say(socket, { type: 'subscribe', id: 'wrong', payload: { query: 'subscription { nothing }' } });
  say(socket, { type: 'subscribe', id: 'right', payload: { query: '{ viewer { role } }' } });
  await ended;
  // What was refused is over, so that its id is free again.
  say(socket, { type: 'subscribe', id: 'wrong', payload: { query: '{ viewer { role } }' } });
  await once(socket, 'message');
  socket.close();
  const wrong = heard.filter(({ id }) => id === 'wrong');
  assert.equal(wrong[0]?.type, 'error');
  assert.equal(wrong[0]?.payload?.[0]?.extensions.code, 'QUERY_INVALID');
  assert.deepEqual(
    heard.map(({ type, id }) => [type, id]).filter(([type]) => type === 'complete')[0],
    ['complete', 'right'],
  );
  assert.equal(wrong[1]?.type, 'next');
});

test('no other protocol is spoken over WebSocket', async () => {
  const socket = new WebSocket(socketUrl(), 'graphql-ws');
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 400);
});

test('a subscription over plain HTTP is told how to subscribe', async () => {
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: clerk.authorization },
    body: JSON.stringify({ query: print(api.LedgerAppendedDocument) }),
  });
  assert.equal(answer.status, 406);
  const { errors } = (await answer.json()) as { errors: [{ extensions: { code: string } }] };
  assert.equal(errors[0].extensions.code, 'SUBSCRIPTION_NEEDS_STREAM');
});

test('who takes events among other things is answered a question as usual', async () => {
  const asked = async (accept: string) => {
    const headers = { 'content-type': 'application/json', accept };
    const body = JSON.stringify({ query: '{ statuses { code } }' });
    const answer = await fetch(server.url, { method: 'POST', headers, body });
    await answer.text();
    return answer.headers.get('content-type')?.split(';')[0];
  };
  const several = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
  assert.equal(await asked(several), 'application/graphql-response+json');
  assert.equal(await asked('text/event-stream, */*;q=0.1'), 'application/json');
  assert.equal(await asked('text/event-stream'), 'text/event-stream');
});

test('who listens when the server stops is told so, and does not hold it', async () => {
  const other = await demo();
  const by = await signIn(other.url, 'clerk');
  const socket = new WebSocket(other.url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  say(socket, { type: 'connection_init', payload: { authorization: by.authorization } });
  await once(socket, 'message');
  subscribe(socket);
  const events = await fetch(other.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: by.authorization,
    },
    body: JSON.stringify({ query: print(api.LedgerAppendedDocument) }),
  });
  const closed = once(socket, 'close');
  const stopped = other.stop();
  assert.equal((await closed)[0], 1012);
  assert.doesNotMatch(await events.text(), /event: complete/, 'it has not come to its end, it was broken off');
  await stopped;
});
