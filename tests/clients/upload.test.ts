// A file of evidence that is sent where the signal is bad, by a library for uploads that are gone on with.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Upload } from 'tus-js-client';
import type { HttpRequest } from 'tus-js-client';
import { signIn } from './person.js';
import { demo } from './server.js';

/** A way to the server on which each of the first connections is lost after so many bytes. */
async function badSignal(server: URL, lost: number, after: number) {
  let connections = 0;
  const way = createServer((near) => {
    const far = connect(Number(server.port), server.hostname);
    const isLost = connections++ < lost;
    let passed = 0;
    near.on('data', (bytes: Buffer) => {
      passed += bytes.length;
      far.write(bytes);
      if (isLost && passed > after) {
        far.destroy();
        near.destroy();
      }
    });
    far.on('data', (bytes) => near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const { port } = way.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, connections: () => connections, close: () => way.close() };
}

test('a file that breaks off again and again is gone on with until it is here', async (t) => {
  const server = await demo();
  t.after(server.stop);
  const clerk = await signIn(server.url, 'clerk');
  const way = await badSignal(new URL(server.url), 6, 400_000);
  t.after(way.close);
  const photo = randomBytes(3_000_000);
  const digest = createHash('sha256').update(photo).digest('hex');
  const starts: number[] = [];
  await new Promise<void>((done, failed) => {
    // Its types do not tell of the protocol yet.
    const options = {
      protocol: 'ietf-draft-05',
      uploadUrl: `${way.url}/evidence/${digest}`,
      headers: { authorization: clerk.authorization },
      retryDelays: [0, 20, 20, 20, 20, 20, 20, 20],
      onBeforeRequest: (request: HttpRequest) => {
        if (request.getMethod() === 'PATCH') starts.push(Number(request.getHeader('Upload-Offset')));
      },
      onSuccess: () => done(),
      onError: failed,
    };
    new Upload(photo, options).start();
  });
  // What came before was not sent again.
  assert.ok(starts.length >= 6, String(starts));
  assert.deepEqual([...starts].sort((one, other) => one - other), starts);
  assert.ok((starts.at(-1) ?? 0) > 1_000_000, String(starts));
  const head = await fetch(`${new URL(server.url).origin}/evidence/${digest}`, {
    method: 'HEAD',
    headers: { authorization: clerk.authorization },
  });
  assert.deepEqual(
    [head.status, head.headers.get('upload-complete'), head.headers.get('upload-length')],
    [204, '?1', '3000000'],
  );
});
