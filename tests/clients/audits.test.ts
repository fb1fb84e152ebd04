// GraphQL over HTTP as the audits of `graphql-http` hold it: every MUST and SHOULD; what only MAY be is told.

import { serverAudits } from 'graphql-http';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo } from './server.js';
import type { Server } from './server.js';

let server: Server;
before(async () => {
  server = await demo();
});
after(() => server.stop());

const audits = serverAudits({ url: () => server.url, fetchFn: fetch });

test('the audits are all there', () => {
  const required = audits.filter((audit) => !audit.name.startsWith('MAY'));
  assert.ok(required.length >= 36, `only ${required.length} audits of MUST and SHOULD`);
});

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async (t) => {
    const result = await audit.fn();
    if (result.status === 'ok') return;
    if (result.status === 'notice') {
      t.diagnostic(`not so, and need not be: ${result.reason}`);
      return;
    }
    assert.fail(`${result.reason}: ${result.response.status}`);
  });
}
