import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { DispatchMetrics } from '../../src/dispatch/dispatch-metrics.js';
import type { RunTraces } from '../../src/telemetry/trace/run-traces.js';
import type { DispatchSpans } from '../../src/dispatch/dispatch-spans.js';
import { executedRun } from '../../src/dispatch/executed-run.js';
import { FairQueue } from '../../src/dispatch/queue/fair-queue.js';
import { MarkLead } from '../../src/dispatch/queue/mark-lead.js';
import type { BreakerSigns } from '../../src/dispatch/breaker/breaker-signs.js';
import { OutcomeRecorder } from '../../src/dispatch/outcome-recorder.js';
import type { Heartbeat } from '../../src/replica/heartbeat.js';
import type { LogBudget } from '../../src/run-log/usage/log-budget.js';
import type { OutcomeStore } from '../../src/run-log/outcome.store.js';
import type { RunOutcome } from '../../src/run-log/run-outcome.js';
import type { ClaimedRun } from '../../src/run-log/queue/claimed-run.js';
import type { Reachability } from '../../src/schedule/plan/reachability.store.js';
import { Metrics } from '../../src/telemetry/metrics.js';
import { ManualClock } from '../support/manual-clock.js';

/** Only what queue and recorder look at. */
const runOf = (place: number) =>
  ({
    runId: `run ${place}`,
    tenancyId: place % 3,
    dueAt: 0,
    schedule: { id: `schedule ${place}`, kind: 'cron', unreachableSince: null },
    job: { id: 1 },
  }) as unknown as ClaimedRun;

describe('Calls that are not recorded', () => {
  /** A queue with 40 due runs, at most 10 calls at once, and at most 20 that are called and not recorded. */
  function setup() {
    const backlog = { size: 0, isFull: false };
    const ends: (() => void)[] = [];
    let called = 0;
    const start = () => {
      called += 1;
      return new Promise<void>((resolve) => ends.push(resolve)).then(() => void (backlog.size += 1));
    };
    const limits = { maxCalls: 10, maxCallsPerTenant: 10, maxWaiting: 100, maxUnrecorded: 20 };
    const queue = new FairQueue(limits, new ManualClock(), start, { backlog, lead: new MarkLead() });
    queue.add(Array.from({ length: 40 }, (_, place) => runOf(place)));
    const answerAll = async () => {
      while (ends.length > 0) {
        for (const end of ends.splice(0)) end();
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
    };
    return { backlog, queue, answerAll, called: () => called };
  }

  it('are no more than may be repeated, and the others follow as records are written', async () => {
    const { backlog, queue, answerAll, called } = setup();
    await answerAll();
    expect([called(), queue.inFlight, backlog.size]).toEqual([20, 0, 20]);
    backlog.size = 15;
    queue.startDue();
    await answerAll();
    expect([called(), backlog.size]).toEqual([25, 20]);
    backlog.size = 0;
    queue.startDue();
    await answerAll();
    expect([called(), queue.waiting]).toEqual([40, 0]);
  });

  it('wait where the answers take too much memory', async () => {
    const { backlog, queue, answerAll, called } = setup();
    backlog.isFull = true;
    const begun = called();
    await answerAll();
    expect([called(), queue.inFlight]).toEqual([begun, 0]);
    backlog.isFull = false;
    backlog.size = 0;
    queue.startDue();
    await answerAll();
    expect(called()).toBe(begun + 20);
  });
});

describe('The recorder of outcomes', () => {
  /** A recorder whose transactions wait until they are let through; each is seen by the answers in it. */
  function setup() {
    const batches: string[][] = [];
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const database = {
      transaction: async (work: (tx: Tx) => Promise<void>) => {
        await opened;
        await work({} as Tx);
      },
    } as unknown as Database;
    const outcomes = {
      record: (_tx: Tx, of: readonly RunOutcome[]) => {
        batches.push(of.map(({ text }) => text));
        return Promise.resolve(of);
      },
    } as unknown as OutcomeStore;
    const reachability = { note: () => Promise.resolve() } as unknown as Reachability;
    const budget = { take: (_id: number, text: string) => text } as unknown as LogBudget;
    const heartbeat = { replicaId: 1 } as Heartbeat;
    const spans = { transaction: () => undefined, calls: () => undefined } as unknown as DispatchSpans;
    const metrics = new DispatchMetrics(new Metrics(), {} as RunTraces, spans);
    const breakers = { take: () => Promise.resolve(new Set<string>()) } as unknown as BreakerSigns;
    const recorder = new OutcomeRecorder(
      ...([database, outcomes, reachability, heartbeat, budget, breakers, metrics, spans] as const),
    );
    const add = (count: number, body: string) => {
      for (let place = 0; place < count; place++) {
        const outcome = { kind: 'answered', httpStatus: 500, body } as const;
        recorder.add(executedRun(runOf(place), { startedAt: 0, outcome }, 0));
      }
    };
    return { recorder, batches, add, open };
  }

  it('is full when the answers take much memory, until they are written, in statements of a bounded length', async () => {
    const { recorder, batches, add, open } = setup();
    const body = 'x'.repeat(65_000);
    add(100, body);
    expect(recorder.isFull).toBe(false);
    add(200, body);
    expect(recorder.isFull).toBe(true);
    open();
    await recorder.flush();
    expect([recorder.isFull, recorder.size]).toEqual([false, 0]);
    expect(batches.flat()).toHaveLength(300);
    for (const batch of batches) expect(batch.join('').length).toBeLessThan(2_100_000);
  });

  it('writes many short ones together, and says each time that fewer wait', async () => {
    const { recorder, batches, add, open } = setup();
    const sizes: number[] = [];
    recorder.whenWritten(() => sizes.push(recorder.size));
    add(1_200, 'ok');
    expect(recorder.isFull).toBe(false);
    open();
    await recorder.flush();
    expect(batches.map((batch) => batch.length)).toEqual([500, 500, 200]);
    expect(sizes).toEqual([700, 200, 0]);
  });
});
