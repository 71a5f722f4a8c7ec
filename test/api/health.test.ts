import { DispatchLoop } from '../../src/dispatch/dispatch-loop.js';
import { startApp } from '../support/app.js';

describe('Readiness', () => {
  async function setup() {
    const { app, http, clock } = await startApp();
    const logged: unknown[] = [];
    const log = (line: unknown) => void logged.push(line);
    app.useLogger({ log, warn: log, error: log });
    // The loop stands still in tests: when it last went round is said here.
    const loop: { lastTickAt: number | null } = app.get(DispatchLoop, { strict: false });
    return { http, logged, tick: () => (loop.lastTickAt = clock.now()) };
  }

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
