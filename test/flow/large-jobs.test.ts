import { databaseKinds } from '../support/databases.js';
import { asIs, BATCH, DEEDS, startLarge } from './large-jobs-setup.js';

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
});
