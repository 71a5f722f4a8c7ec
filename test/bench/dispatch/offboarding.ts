import { setTimeout as pause } from 'node:timers/promises';
import { DAILY, DATA } from './drain.js';
import { atMost, percentile, type Figure } from './figures.js';
import { latenessOf } from './lateness.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import type { Trial } from './trial.js';

const QUIET = 50;
const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
const UNTIL_FIRST_MS = 6_000;
const WARM_UP_MS = 5_000;
const workload = 'off-boarding';

/** One tenant with 100,000 jobs leaves while 50 others have one run a second each: what it costs them. */
export async function offboarding(stage: Stage, options: Options): Promise<Figure[]> {
  const jobs = options.isQuick ? 20_000 : 100_000;
  const seconds = options.isQuick ? 10 : 60;
  const begin = Math.ceil((Date.now() + DAY_MS) / SECOND_MS) * SECOND_MS;
  const all = { data: DATA, plannedAt: () => begin, action: () => stage.target() };
  // Its runs lie beyond what is moved: none falls due before it leaves.
  const leaver = { ...all, plannedAt: () => begin + DAY_MS, tenants: 1, schedules: jobs, cron: DAILY };
  const quiet = { ...all, tenants: QUIET, from: 1, schedules: QUIET, cron: '* * * * * * *' };
  return stage.trial([leaver, quiet], async (trial) => {
    const tenancy = trial.tenancies[0]?.[0] ?? 0;
    await giveEachItsJob(trial, tenancy, jobs);
    const first = Math.ceil((Date.now() + UNTIL_FIRST_MS) / SECOND_MS) * SECOND_MS;
    await trial.shift(begin + 1, first - begin);
    await trial.startService();
    const tenancies = trial.tenancies[1] ?? [];
    const from = first + WARM_UP_MS;
    const to = from + seconds * SECOND_MS;
    await pause(to - Date.now());
    const leftAt = Date.now();
    await trial.db.query('INSERT INTO offboarding (tenancy_id, started_at) VALUES (?, ?)', [tenancy, leftAt]);
    await trial.db.query('DELETE FROM tenancy WHERE id = ?', [tenancy]);
    const isDone = () => trial.number('SELECT COUNT(*) FROM offboarding WHERE emptied_at IS NOT NULL');
    while ((await isDone()) === 0) await pause(250);
    const doneAt = Date.now();
    const before = await latenessOf(trial, { from, to, tenancies });
    const during = await latenessOf(trial, { from: leftAt, to: doneAt - SECOND_MS, tenancies });
    // Milliseconds are whole: below one nothing can be told apart.
    const [calm, busy] = [percentile(before, 0.5), percentile(during, 0.5)];
    return [
      { workload, figure: `deleting ${jobs} jobs`, value: (doneAt - leftAt) / 1000, unit: 's' },
      { workload, figure: "others' lateness p50 before", value: calm, unit: 'ms' },
      { workload, figure: "others' lateness p50 meanwhile", value: busy, unit: 'ms' },
      { workload, figure: "others' lateness p99 before", value: percentile(before, 0.99), unit: 'ms' },
      { workload, figure: "others' lateness p99 meanwhile", value: percentile(during, 0.99), unit: 'ms' },
      atMost(20, {
        workload,
        figure: 'slowed down by (p50)',
        value: (Math.max(busy, 1) / Math.max(calm, 1) - 1) * 100,
        unit: '%',
      }),
    ];
  });
}

/** The seed hangs all schedules on one job; here each gets a job of its own. */
async function giveEachItsJob({ db }: Trial, tenancy: number, jobs: number): Promise<void> {
  await db.query(
    `INSERT INTO job (instance_id, tenancy_id, name, description, action, http_method, active, created_at, modified_at)
     SELECT instance_id, tenancy_id, CONCAT('leaver ', seq), '', action, http_method, active, created_at, modified_at
     FROM job JOIN seq_1_to_${jobs} WHERE tenancy_id = ?`,
    [tenancy],
  );
  await db.query(
    `UPDATE schedule s
     JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM schedule WHERE tenancy_id = ?) r ON r.id = s.id
     JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM job WHERE tenancy_id = ?) j ON j.place = r.place
     SET s.job_id = j.id`,
    [tenancy, tenancy],
  );
}
