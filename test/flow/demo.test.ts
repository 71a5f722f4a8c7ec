import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The demo as a person starts it; it builds the service first where the sources have changed. Answers its lines, the exit code and what it left in the folder for temporary files. */
async function setup(...options: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-test-'));
  const demo = spawn('npm', ['run', '--silent', 'demo', '--', ...options], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => output.push(part));
  }
  const [exitCode] = (await once(demo, 'close')) as [number | null];
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { lines: [...output.join('').split('\n'), `exit code ${exitCode}`], left };
}

describe('npm run demo', () => {
  it('shows runs of every kind and that tenants are kept apart, and leaves nothing behind', async () => {
    const { lines, left } = await setup('--until-seen', '--seconds', '150');

    expect(lines).toContain('exit code 0');
    for (const promise of [
      /^http:\/\/127\.0\.0\.1:\d+\/dashboard\/sign-in#code=[\w-]{43}$/,
      /^✓ Every two seconds {2}\d+ runs succeeded \(acme \d+, globex \d+\)/,
      /^✓ One-time "now" {5}called within \d+ ms of being asked for, and not again/,
      /^✓ Asynchronous {7}\d+ runs answered 202 and reported success later/,
      /^✓ Failing endpoint {3}\d+ runs on record as ERROR with HTTP 500/,
      /^✓ Isolation {10}acme asks for globex's job \d+: 404; globex asks for acme's job \d+: 404/,
      /^✓ Tokens {13}\d+ calls, each with its tenant's token; with none: 401, a forged one: 401/,
    ]) {
      expect(lines).toContainEqual(expect.stringMatching(promise));
    }
    expect(lines).toContain('Both processes have ended and the database is removed.');
    expect(left).toEqual([]);
  }, 240_000);

  it('shows tasks that succeed, fail and are stopped, and leaves nothing behind', async () => {
    const { lines, left } = await setup('--tasks', '--seconds', '150');

    expect(lines).toContain('exit code 0');
    for (const promise of [
      /^ {10}http:\/\/127\.0\.0\.1:\d+\/dashboard\/sign-in#code=[\w-]{43}$/,
      /^\S+ {2}report {4}runs {7}sleep 3; exit 0 {5}\(task \d+\)$/,
      /^\S+ {2}report {4}✓ SUCCESS$/,
      /^\S+ {2}import {4}✗ ERROR {4}Exited with status 3, as it was meant to$/,
      /^\S+ {2}endless {3}■ stopped by the Cloud Controller$/,
      /^All as expected: one succeeded, one failed, one was stopped\./,
    ]) {
      expect(lines).toContainEqual(expect.stringMatching(promise));
    }
    // No colours, no JSON and no states that say nothing.
    for (const noise of ['\u001b', '{', 'TRIGGERED']) expect(lines.join('\n')).not.toContain(noise);
    expect(left).toEqual([]);
  }, 240_000);

  it('fails in plain words where what it promises is not seen in time', async () => {
    const { lines } = await setup('--seconds', '0.001');

    expect(lines).toContain('exit code 1');
    expect(lines).toContainEqual(
      expect.stringMatching(/^The demo failed, because this was not seen in time: every two seconds, /),
    );
  });
});
