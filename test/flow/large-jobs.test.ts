import { databaseKinds } from '../support/databases.js';
import { asIs, BATCH, DEEDS, END, put, startLarge } from './large-jobs-setup.js';

describe.each(databaseKinds)('A job with more schedules than one batch on $name', (kind) => {
  let stage: Awaited<ReturnType<typeof startLarge>>;
  beforeAll(async () => (stage = await startLarge(kind)));

  it.each(Object.entries(DEEDS))(
    'follows whole when it %s',
    async (_name, { before = asIs, deed, left, planned }) => {
      const { flow, setup, leftOf, expectSound } = stage;
      const job = await setup();
      await before(flow, job);
      expect(await deed(flow, job)).toBeLessThan(300);
      expect(await leftOf(job)).toEqual({ schedules: left, planned });
      await expectSound();
    },
  );

  it.each(Object.entries(DEEDS))(
    'does in no transaction more when it %s and is larger',
    async (_name, { before = asIs, deed }) => {
      const { flow, watch, setup } = stage;
      const most: { statements: number; rows: number }[] = [];
      for (const size of [3 * BATCH, 15 * BATCH]) {
        const job = await setup(size);
        await before(flow, job);
        watch.counts.length = 0;
        expect(await deed(flow, job)).toBeLessThan(300);
        most.push({
          statements: Math.max(...watch.counts.map((each) => each.statements)),
          rows: Math.max(...watch.counts.map((each) => each.rows)),
        });
      }
      expect(most[1]).toEqual(most[0]);
    },
  );

  it('goes on with the others where the pattern of one cannot be read', async () => {
    const { flow, setup, leftOf, expectSound } = stage;
    const job = await setup();
    const broken = `UPDATE schedule SET expression = 'broken' WHERE id IN (
      SELECT id FROM (SELECT MAX(id) AS id FROM schedule WHERE job_id = ?) AS last_one)`;
    await flow.database.transaction((tx) => tx.execute(broken, [job.jobId]));
    expect(await put({ endTime: END })(flow, job)).toBe(200);
    expect(await leftOf(job)).toEqual({ schedules: 6, planned: 5 });
    await expectSound();
  });

  it.each(['edited', 'switched off and on'])(
    'plans around instants that other runs have when %s',
    async (how) => {
      const { flow, setup, leftOf } = stage;
      const job = await setup();
      const asked = `UPDATE run SET origin = 1 WHERE schedule_id IN (
      SELECT id FROM (SELECT MAX(id) AS id FROM schedule WHERE job_id = ?) AS last_one)`;
      await flow.database.transaction((tx) => tx.execute(asked, [job.jobId]));
      const changes = how === 'edited' ? [{ endTime: END }] : [{ active: false }, { active: true }];
      for (const change of changes) expect(await put(change)(flow, job)).toBe(200);
      expect((await leftOf(job)).planned).toBe(6 + 1);
    },
  );
});
