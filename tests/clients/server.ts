// The program itself, on an example county of its own in a folder that goes away.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Server {
  /** Where the API is. */
  readonly url: string;
  /** Tells it to stop, and waits until it has. */
  stop(): Promise<void>;
}

/** Everybody's password in the example county. */
export const PASSWORD = 'xiaohao-demo';

/** `xiaohao demo` on a free port, with these variables, once it says where it listens. */
export async function demo(variables: Record<string, string> = {}): Promise<Server> {
  const program = process.env['XIAOHAO'];
  if (program === undefined) {
    throw new Error('XIAOHAO must lead to the program xiaohao; `cargo xtask clients` sees to it');
  }
  const folder = await mkdtemp(join(tmpdir(), 'xiaohao-clients-'));
  const child = spawn(program, ['demo', '--listen', '127.0.0.1:0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  let log = '';
  child.stderr.on('data', (text) => (log += text));
  const ended = new Promise<number | null>((done, fail) => {
    child.on('exit', (code) => done(code));
    child.on('error', fail);
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const code = await ended;
    await rm(folder, { recursive: true, force: true });
    if (code !== 0) {
      throw new Error(`the server ended with ${code}:\n${log}`);
    }
  };
  const says = createInterface(child.stdout);
  const said = new Promise<string>((done) => {
    says.on('line', (line) => {
      const found = /http:\/\/\S+\/graphql/.exec(line);
      if (found) done(found[0]);
    });
  });
  const ends = ended.then((code) => {
    throw new Error(`the server did not start and ended with ${code}:\n${log}`);
  });
  return { url: await Promise.race([said, ends]), stop };
}
