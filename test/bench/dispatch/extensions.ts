import { randomBytes } from 'node:crypto';
import { Sealing } from '../../../src/database/sealing/sealing.js';
import { SIGNING_KINDS } from '../../../src/signing/signature.js';
import { drainOurs, type Drain } from './drain.js';
import { atLeast, median, type Figure } from './figures.js';
import type { Options } from './options.js';
import { BENCH_SECRET, type Stage } from './stage.js';
import { costFigures, type Trial } from './trial.js';

/** What the bar asks for: so much of the rate without any of these settings (issue 13). */
const BAR = 0.75;
const OF_JOB = { retry: { attempts: 3, delay: '10 seconds' }, signing: true };
const OF_SCHEDULE = { overlap: 'skip' };

/** The drain with retries, runs that may not overlap and signed calls on every job, in turn with the one without. */
export async function extensions(stage: Stage, options: Options): Promise<Figure[]> {
  const workload = 'extensions';
  const runs = options.isQuick ? 10_000 : 50_000;
  const plain: Drain[] = [];
  const extended: Drain[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const both = [
      async () => plain.push(await drainOurs(stage, runs)),
      async () => extended.push(await drainOurs(stage, runs, {}, prepare)),
    ];
    // Who comes first has a colder machine.
    for (const drain of round % 2 === 0 ? both : both.reverse()) await drain();
    const rates = [plain, extended].map((drains) => Math.round(drains.at(-1)?.runsPerSecond ?? 0));
    console.log(`  round ${round + 1}: ${rates[0]} runs/s without settings, ${rates[1]} with`);
  }
  const rateOf = (drains: readonly Drain[]) => median(drains.map((each) => each.runsPerSecond));
  const worst = (pick: (drain: Drain) => number) => Math.max(...extended.map(pick));
  const [last] = extended.slice(-1);
  return [
    { workload, figure: 'rate without settings', value: rateOf(plain), unit: 'runs/s' },
    { workload, figure: 'rate with retry, skip, signing', value: rateOf(extended), unit: 'runs/s' },
    atLeast(BAR, { workload, figure: 'with to without', value: rateOf(extended) / rateOf(plain), unit: 'x' }),
    ...(last === undefined ? [] : costFigures(workload, last.cost, runs)),
    { workload, figure: 'lost', value: worst((each) => each.lost), unit: '' },
    { workload, figure: 'doubled', value: worst((each) => each.doubled), unit: '' },
  ];
}

async function prepare(trial: Trial): Promise<void> {
  await trial.db.query('UPDATE job SET policy = ?', [JSON.stringify(OF_JOB)]);
  await trial.db.query('UPDATE schedule SET policy = ?', [JSON.stringify(OF_SCHEDULE)]);
  const sealing = new Sealing(BENCH_SECRET);
  const instance = await trial.number('SELECT id FROM instance LIMIT 1');
  const keys = (trial.tenancies[0] ?? []).map((tenancyId) => {
    const secret = sealing.seal(`whsec_${randomBytes(32).toString('base64')}`);
    return [randomBytes(16), instance, tenancyId, SIGNING_KINDS.indexOf('v1'), secret, null, Date.now()];
  });
  await trial.db.query(
    'INSERT INTO webhook_key (id, instance_id, tenancy_id, kind, secret, public_key, created_at) VALUES ?',
    [keys],
  );
}
