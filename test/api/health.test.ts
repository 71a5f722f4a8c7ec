import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Database } from '../../src/database/database.js';
import { DispatchLoop } from '../../src/dispatch/dispatch-loop.js';
import { DatabaseHealth } from '../../src/health/database.health.js';
import { startApp } from '../support/app.js';

async function setup() {
  const { app, http, clock } = await startApp();
  const logged: unknown[] = [];
  const log = (line: unknown) => void logged.push(line);
  app.useLogger({ log, warn: log, error: log });
  // The loop stands still in tests: when it last went round is said here.
  const loop: { lastTickAt: number | null } = app.get(DispatchLoop, { strict: false });
  return { app, http, logged, tick: () => (loop.lastTickAt = clock.now()) };
}

describe('Readiness', () => {
  it('is refused with 503 and a report of what is down, and is no news to the log', async () => {
    const { http, logged } = await setup();
    const { body } = await http.get('/health/ready').expect(503);
    const down = { status: 'down', message: 'The dispatch loop has not gone round yet.' };
    expect(body).toEqual({
      status: 'error',
      info: { database: { status: 'up' } },
      error: { dispatch: down },
      details: { database: { status: 'up' }, dispatch: down },
    });
    expect(logged).toEqual([]);
    await http.get('/health/live').expect(200);
  });

  it('is given once the dispatch loop goes round', async () => {
    const { http, tick } = await setup();
    tick();
    const { body } = await http.get('/health/ready').expect(200);
    expect(body.details).toEqual({ database: { status: 'up' }, dispatch: { status: 'up', ageMs: 0 } });
  });
});

describe('Readiness while the database hangs', () => {
  it('is refused within the time of those who ask, and the database is asked once for all of them', async () => {
    const { app, http, tick } = await setup();
    tick();
    let answer = () => {};
    const ping = jest
      .spyOn(app.get(Database), 'ping')
      .mockImplementation(() => new Promise<void>((resolve) => (answer = resolve)));
    Object.assign(app.get(DatabaseHealth, { strict: false }), { answersWithinMs: 1 });
    for (let asked = 0; asked < 2; asked++) {
      const { body } = await http.get('/health/ready').expect(503);
      expect(body.error).toEqual({ database: { status: 'down', message: 'The database does not answer.' } });
    }
    expect(ping).toHaveBeenCalledTimes(1);
    answer();
    ping.mockRestore();
    Object.assign(app.get(DatabaseHealth, { strict: false }), { answersWithinMs: 60_000 });
    await http.get('/health/ready').expect(200);
  });
});

describe('GET /health', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

  it('tells without credentials which version runs and that it is ready', async () => {
    const { http, tick } = await setup();
    tick();
    const { body } = await http.get('/health').expect(200);
    expect(body).toMatchObject({ status: 'ok', version, details: { database: { status: 'up' } } });
  });

  it('tells the version too where something is down, with 503 and what it is', async () => {
    const { http } = await setup();
    const { body } = await http.get('/health').expect(503);
    expect(body).toMatchObject({ status: 'error', version, error: { dispatch: { status: 'down' } } });
  });
});
