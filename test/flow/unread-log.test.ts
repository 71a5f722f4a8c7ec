import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync, readSync, rmSync, closeSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogStream } from '../../src/telemetry/log-stream.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { freePort } from '../support/free-port.js';
import { beforeLookingAgain } from '../support/look-again.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build } from '../support/service-process.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

beforeAll(build);

describe.each(['json', 'pretty'])('A log in the format %s that nobody reads', (format) => {
  /** Starts the service as it is shipped; what it writes waits in pipes that hold a few hundred kilobytes. */
  async function setup(more: Readonly<Record<string, string>> = {}) {
    const folder = makeScratchFolder('carillon-test-');
    atEndOfFile(() => rmSync(folder, { recursive: true }));
    const port = String(await freePort());
    const child = spawn(process.execPath, [MAIN], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: port, LOG_FORMAT: format, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    atEndOfFile(() => {
      child.kill('SIGKILL');
    });
    const ended = once(child, 'exit');
    const url = `http://127.0.0.1:${port}`;
    const isReady = async () => (await fetch(`${url}/health/ready`).catch(() => null))?.status === 200;
    /** Nothing that it says can be read: it is ready once it answers so. */
    const ready = async () => {
      while (child.exitCode === null && !(await isReady())) await beforeLookingAgain();
      return child.exitCode === null;
    };
    const deafen = () => [child.stdout, child.stderr].forEach((stream) => stream.destroy());
    return { child, url, ended, ready, deafen };
  }

  it('neither ends the service nor keeps it from ending where its reader has gone', async () => {
    const { child, ended, ready, deafen } = await setup();
    deafen();
    expect(await ready()).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('does neither where its reader goes between two lines', async () => {
    const { child, url, ended, ready, deafen } = await setup();
    expect(await ready()).toBe(true);
    deafen();
    await fetch(`${url}/scheduler/jobs`, { headers: { Authorization: 'Bearer no-token' } });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('does neither where its reader stands still', async () => {
    const { child, url, ended, ready } = await setup({ LOG_LEVEL: 'debug' });
    expect(await ready()).toBe(true);
    const path = 'x'.repeat(8_000);
    for (let n = 0; n < 150; n++) expect((await fetch(`${url}/scheduler/${path}`)).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('lets a start that fails end', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    atEndOfFile(() => new Promise((resolve) => holder.close(resolve)));
    const { ended, deafen } = await setup({ PORT: String((holder.address() as AddressInfo).port) });
    deafen();
    expect(await ended).toEqual([1, null]);
  });
});

describe('A log whose reader is slow', () => {
  it('has its lines in order and whole, and says how many were left out', async () => {
    const folder = makeScratchFolder('carillon-test-');
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    atEndOfFile(() => {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    });
    const log: LogStream = new LogStream(fd, (count) => log.write(`${count} left out\n`));
    const MANY = 20_000;
    for (let n = 0; n < MANY; n++) log.write(`${'é'.repeat(50)} ${n}\n`);
    const bytes = Buffer.alloc(1_000_000);
    const parts: Buffer[] = [];
    while (!parts.at(-1)?.includes('left out\n')) {
      try {
        parts.push(Buffer.from(bytes.subarray(0, readSync(fd, bytes))));
      } catch {
        // Nothing to read: the log has its turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const lines = Buffer.concat(parts).toString().trimEnd().split('\n');
    const said = lines.pop();
    expect(lines.every((line, n) => line === `${'é'.repeat(50)} ${n}`)).toBe(true);
    expect(lines.length).toBeGreaterThan(1_000);
    expect(said).toBe(`${MANY - lines.length} left out`);
  });
});
