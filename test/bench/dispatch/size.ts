import { shareOut } from '../../../src/core/fair-share.js';
import { openDatabase } from '../../../src/database/open-database.js';
import { ActionLogStore } from '../../../src/run-log/action-log/action-log.store.js';
import { LEAST_SHARE } from '../../../src/dispatch/queue/fair-queue.js';
import { MOST_PER_CLAIM } from '../../../src/dispatch/claim-size.js';
import { HeldRunStore } from '../../../src/run-log/queue/held-run.store.js';
import { RunStore } from '../../../src/run-log/queue/run.store.js';
import type { Overlaps } from '../../../src/schedule/overlap/overlaps.js';
import { PlanCountStore } from '../../../src/schedule/plan/plan-count.store.js';
import { DeactivationStore } from '../../../src/schedule/plan/deactivation.store.js';
import { LifeCountStore } from '../../../src/schedule/plan/life/life-count.store.js';
import { MissedRuns } from '../../../src/schedule/plan/life/missed-runs.js';
import { SuccessorPlanner } from '../../../src/schedule/plan/successor-planner.js';
import { Protections } from '../../../src/schedule/plan/protections.js';
import { HoldStore } from '../../../src/run-log/queue/hold.store.js';
import { below, percentile, type Figure } from './figures.js';
import type { Options } from './options.js';
import type { Stage } from './stage.js';
import type { Trial } from './trial.js';

const TENANTS = 100;
const WARM_UP = 20;
const CLAIMS = 200;
const DAY_MS = 86_400_000;
/** How much slower the largest may be than the smallest to count as flat: more would grow with the table. */
const FLAT = 1.5;

/** The claim of a full batch, successors and commit included, beside more and more planned runs. */
export async function size(stage: Stage, options: Options): Promise<Figure[]> {
  const sizes = options.isQuick ? [10_000, 50_000] : [10_000, 100_000, 1_000_000];
  const figures: Figure[] = [];
  const p99s: number[] = [];
  for (const planned of sizes) {
    const now = Date.now();
    // All of them due, spread over the last day, and the successor of each due as well: the backlog stays as it is.
    const plannedAt = (place: number) => now - DAY_MS + Math.floor((place / planned) * (DAY_MS / 2));
    const seed = { tenants: TENANTS, schedules: planned, plannedAt, cron: '* * * * * 0:59 0' };
    const took = await stage.trial([{ ...seed, action: () => stage.target() }], claimTimes);
    const workload = `size ${planned.toLocaleString('en')}`;
    const p99 = percentile(took, 0.99);
    p99s.push(p99);
    figures.push(below(20, { workload, figure: `claim of ${MOST_PER_CLAIM}, p99`, value: p99, unit: 'ms' }), {
      workload,
      figure: `claim of ${MOST_PER_CLAIM}, p50`,
      value: percentile(took, 0.5),
      unit: 'ms',
    });
  }
  const growth = (p99s.at(-1) ?? Number.NaN) / (p99s[0] ?? Number.NaN);
  figures.push(
    below(FLAT, { workload: 'size', figure: 'p99 of the largest to the smallest', value: growth, unit: 'x' }),
  );
  return figures;
}

/** Milliseconds that each claim took; recording in between, as the dispatcher does, is not counted. */
async function claimTimes(trial: Trial): Promise<number[]> {
  const database = await openDatabase(trial.url);
  try {
    const [runs, actionLog] = [new RunStore(), new ActionLogStore()];
    const successors = new SuccessorPlanner(
      runs,
      new DeactivationStore(actionLog, new PlanCountStore()),
      new LifeCountStore(),
      new MissedRuns(actionLog),
      // Nothing is skipped.
      undefined as never,
      // No schedule here minds what its runs meet.
      { meet: () => Promise.resolve(null) } as unknown as Overlaps,
      new Protections(),
      new HoldStore(),
    );
    const contenders = (trial.tenancies[0] ?? []).map((tenancyId) => ({ tenancyId, wants: MOST_PER_CLAIM }));
    let after = 0;
    const took: number[] = [];
    for (let claim = 0; claim < WARM_UP + CLAIMS; claim++) {
      const now = Date.now();
      const quotas = shareOut(contenders, MOST_PER_CLAIM, { after, least: LEAST_SHARE });
      after = quotas.at(-1)?.tenancyId ?? 0;
      const start = performance.now();
      const claimed = await database.transaction(async (tx) => {
        const held = await new HeldRunStore().claim(tx, { quotas, dueUntil: now, replicaId: 1 });
        return successors.planAfter(tx, held, { now, outages: [] });
      });
      if (claim >= WARM_UP) took.push(performance.now() - start);
      const found = claimed.runs.length;
      if (found !== MOST_PER_CLAIM) throw new Error(`Claim ${claim} found ${found} runs.`);
      await trial.db.query('UPDATE run SET state = 4, executed_at = ?, completed_at = ? WHERE state = 1', [
        now,
        now,
      ]);
    }
    return took;
  } finally {
    await database.close();
  }
}
