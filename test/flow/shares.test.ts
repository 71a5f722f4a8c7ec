import { createConnection } from 'mysql2/promise';
import { databaseKinds, mariaDb, sqlite } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { startOperations, type TestJob } from '../api/operation-setup.js';

const pathOf = (jobId: number) => `/scheduler/jobs/${jobId}`;

describe('requests of one tenant that all wait for rows', () => {
  it.each([
    ['of many jobs', 30],
    ['of one job', 1],
  ])(
    '%s leave places for another tenant, and all are answered once the rows are free',
    async (_says, many) => {
      const { acme, beta, createJob, databaseUrl } = await startOperations(mariaDb);
      const theirs = await createJob(beta);
      const jobs: TestJob[] = [];
      for (let n = 0; n < many; n++) jobs.push(await createJob(acme));
      const other = await createConnection({ uri: databaseUrl });
      atEndOfFile(() => other.destroy());
      await other.beginTransaction();
      // One by one: several at once are looked for in an index of all tenants, and lock more than they find.
      for (const { jobId } of jobs) await other.query('SELECT id FROM job WHERE id = ? FOR UPDATE', [jobId]);
      const waiting = Array.from({ length: 30 }, (_, n) =>
        acme.put(pathOf(jobs[n % many]?.jobId ?? 0), { active: false }).then(({ status }) => status),
      );
      // Answered although every request of the first tenant still waits for the other transaction.
      await beta.get(pathOf(theirs.jobId)).expect(200);
      await beta.put(pathOf(theirs.jobId), { active: false }).expect(200);
      await other.commit();
      expect(await Promise.all(waiting)).toEqual(Array(30).fill(200));
    },
  );
});

describe('work of one tenant that comes at once', () => {
  it('does not keep the next of another tenant waiting for all of it', async () => {
    const database = await sqlite.open();
    const done: number[] = [];
    const one = (tenancyId: number) =>
      database.transaction(async () => void done.push(tenancyId), { tenancyId });
    await Promise.all([...Array.from({ length: 20 }, () => one(1)), one(2)]);
    expect(done.indexOf(2)).toBeLessThanOrEqual(2);
    expect(done.filter((tenancyId) => tenancyId === 1)).toHaveLength(20);
  });
});

describe.each(databaseKinds)('creations that come at once on $name', (kind) => {
  it('are all made, each in the place of its tenant', async () => {
    const { acme, beta, createJob } = await startOperations(kind);
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, n) => createJob(n % 4 === 0 ? beta : acme, { name: `many-${n}` })),
    );
    expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(40);
    expect((await acme.get('/scheduler/jobCount').expect(200)).body).toMatchObject({ active: 30 });
    expect((await beta.get('/scheduler/jobCount').expect(200)).body).toMatchObject({ active: 10 });
  });
});
