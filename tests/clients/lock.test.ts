// What is fetched to run these tests.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

interface Package {
  license?: string;
  resolved?: string;
  hasInstallScript?: boolean;
}

const lock = new URL('../package-lock.json', import.meta.url);
const { packages } = JSON.parse(await readFile(lock, 'utf8')) as { packages: Record<string, Package> };
const fetched = Object.entries(packages).filter(([path]) => path !== '');

/** What a licence of the project's own allows to stand beside it. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** Whose manifest names no licence, and which one its own readme gives. */
const READ: Record<string, string> = { 'node_modules/combine-errors': 'MIT' };

test('every package may be used', () => {
  assert.ok(fetched.length > 10);
  const others = fetched.filter(
    ([path, one]) => !LICENCES.includes(one.license ?? READ[path] ?? 'unknown'),
  );
  assert.deepEqual(others, []);
});

test('no package runs anything when it is fetched', () => {
  assert.deepEqual(
    fetched.filter(([, one]) => one.hasInstallScript),
    [],
  );
});

test('the lock file names no registry, so that each uses his own', () => {
  assert.deepEqual(
    fetched.filter(([, one]) => one.resolved !== undefined),
    [],
  );
});
