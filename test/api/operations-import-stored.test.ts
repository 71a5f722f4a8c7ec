import { knownEntry } from '../../src/job/bulk/import.schema.js';
import { jobReplacement } from '../../src/job/draft/job.schema.js';
import { scheduleDraft } from '../../src/schedule/schedule.schema.js';
import { Database } from '../../src/database/database.js';
import { startApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { startOperations, uriOf } from './operation-setup.js';

const IMPORT = '/scheduler/import';

describe('an entry of an import', () => {
  const valued = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'x']));

  it('keeps every field that a job or a schedule can be created with', () => {
    const job = Object.keys(jobReplacement.out.in.shape).filter((name) => name !== 'schedules');
    const schedule = Object.keys(scheduleDraft.out.in.shape);
    const kept = knownEntry({ ...valued(job), schedules: [valued(schedule)] });
    expect(job.length + schedule.length).toBeGreaterThan(15);
    expect(kept).toEqual({ ...valued(job), schedules: [valued(schedule)] });
  });
});

describe.each(databaseKinds)('imports that wait on $name', (kind) => {
  it('store no password that can be read', async () => {
    const own = await startApp({
      env: {
        DATABASE_URL: await kind.createUrl(),
        DISPATCH: 'off',
        KEY_ENCRYPTION_SECRET: 'a secret of some length',
      },
    });
    const job = {
      name: 'with password',
      action: 'https://app.example.com/x',
      user: 'u',
      password: 'open sesame',
    };
    await own.acme.post(IMPORT, [job]).expect(202);
    const [row] = await own.app
      .get(Database, { strict: false })
      .read((tx) => tx.query<{ input: string }>('SELECT input FROM operation_part'));
    expect(row?.input).toContain('with password');
    expect(row?.input).not.toContain('open sesame');
    await own.stop();
  });

  it('store of an entry only what they read', async () => {
    const own = await startApp({ env: { DATABASE_URL: await kind.createUrl(), DISPATCH: 'off' } });
    const hidden = { password: 'open sesame' };
    const schedule = { cron: '* * * * 10 0 0', data: { kept: true }, notes: hidden, repeatAt: hidden };
    const job = { name: 'with more', action: 'https://app.example.com/x', notes: hidden, user: hidden };
    await own.acme
      .post(IMPORT, [
        { ...job, description: hidden, ansConfig: { onError: hidden }, schedules: [schedule, 'open sesame'] },
      ])
      .expect(202);
    const rows = await own.app
      .get(Database, { strict: false })
      .read((tx) =>
        tx.query<object>(
          'SELECT o.input AS a, p.input AS b FROM operation o JOIN operation_part p ON p.operation_id = o.id',
        ),
      );
    expect(JSON.stringify(rows)).toContain('with more');
    expect(JSON.stringify(rows)).toContain('kept');
    expect(JSON.stringify(rows)).not.toMatch(/open sesame|notes/);
    await own.stop();
  });

  it.each([
    ['user', { user: { password: 'x' } }],
    ['description', { description: { a: 1 } }],
    ['action', { action: ['https://app.example.com/x'] }],
  ])('refuse a value of the wrong kind in %s, though it is not stored', async (field, wrong) => {
    const { acme, worker } = await startOperations(kind);
    const job = { name: `wrong ${field}`, action: 'https://app.example.com/x', ...wrong };
    const uri = uriOf(await acme.post(IMPORT, [job]).expect(202));
    await worker.tick();
    const { failed, errors } = (await acme.get(uri)).body['job-results'];
    expect(failed).toBe(1);
    expect(errors[0].message).toContain(field);
  });

  it('leave nothing of the order once they have ended', async () => {
    const { acme, app, worker } = await startOperations(kind);
    await acme.post(IMPORT, [{ name: 'short-lived', action: 'https://app.example.com/x' }]).expect(202);
    await worker.tick();
    const [row] = await app
      .get(Database, { strict: false })
      .read((tx) => tx.query<{ parts: number }>('SELECT COUNT(*) AS parts FROM operation_part'));
    expect(Number(row?.parts)).toBe(0);
  });
});
