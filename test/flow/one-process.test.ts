import { startApp } from '../support/app.js';
import { ActionTarget } from '../support/action-target.js';
import { sqlite } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { ManualClock } from '../support/manual-clock.js';
import { build, ServiceProcess } from '../support/service-process.js';

/** Pino's numbers of the levels warn and above, as the lines in JSON hold them. */
const WARNING = /"level":[456]0/;

describe('Two processes on one SQLite file', () => {
  beforeAll(build);

  /** A file with one-time runs that are due, to an endpoint that holds its answers; no process has it. */
  async function setup(runs: number) {
    const target = await ActionTarget.start();
    atEndOfFile(() => target.stop());
    target.reacts({ kind: 'hold' });
    const env = { DATABASE_URL: await sqlite.createUrl() };
    const app = await startApp({ env, clock: new ManualClock(Date.now()) });
    const schedules = Array.from({ length: runs }, () => ({ time: 'now', active: true }));
    const job = { name: 'j', action: target.url(), active: true, schedules };
    await app.acme.post('/scheduler/jobs', job).expect(201);
    await app.stop();
    return { target, start: (more = {}) => ServiceProcess.start({ ...env, ...more }) };
  }

  const runIdsOf = ({ calls }: ActionTarget) =>
    calls.map(({ headers }) => String(headers['x-sap-job-run-id']));

  it('call nothing twice where a restart overlaps: the second waits until the first has ended', async () => {
    const { target, start } = await setup(3);
    const first = await start();
    await target.received(3);
    const starting = start();
    const ended = first.end('SIGTERM');
    target.reacts({ kind: 'answer' });
    target.release();
    expect(await ended).toEqual({ code: 0, signal: null });
    const second = await starting;
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(new Set(runIdsOf(target)).size).toBe(3);
    expect(target.calls).toHaveLength(3);
  });

  it('do not follow each other with a warning where the first was stopped', async () => {
    const { target, start } = await setup(1);
    target.reacts({ kind: 'answer' });
    const first = await start();
    await target.received(1);
    await first.end('SIGTERM');
    const second = await start();
    await second.end('SIGTERM');
    expect(second.said.filter((line) => WARNING.test(line))).toEqual([]);
  });

  it('follow each other at once where the first was killed', async () => {
    const { target, start } = await setup(1);
    const first = await start();
    await target.received(1);
    await first.end('SIGKILL');
    const second = await start({ DISPATCH: 'off' });
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
