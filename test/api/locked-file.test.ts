import { DataSource } from 'typeorm';
import { startApp } from '../support/app.js';
import { sqlite } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';

describe('The API while another program holds the lock on the SQLite file', () => {
  async function setup() {
    const url = await sqlite.createUrl();
    const app = await startApp({ env: { DATABASE_URL: url } });
    const database = url.slice('sqlite:'.length);
    const other = await new DataSource({ type: 'better-sqlite3', database }).initialize();
    atEndOfFile(() => other.destroy());
    await other.query('BEGIN IMMEDIATE');
    const create = (name: string) =>
      app.acme.post('/scheduler/jobs', {
        name,
        action: 'https://example.com/',
        schedules: [{ cron: '2090 * * * 0 0 0' }],
      });
    return { ...app, create, unlock: () => other.query('COMMIT') };
  }

  it('answers 503 with Retry-After and the reason, stays alive, and goes on when the lock is gone', async () => {
    const { create, http, unlock } = await setup();
    const refused = await create('one');
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(JSON.stringify(refused.body)).toContain('locked by another program');
    expect((await http.get('/health/live')).status).toBe(200);
    await unlock();
    expect((await create('two')).status).toBe(201);
  });
});
