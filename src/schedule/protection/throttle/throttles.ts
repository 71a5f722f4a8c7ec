import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import type { HoldVerdict } from '../../../core/protection/hold.js';
import { Pace } from '../../../core/protection/pace.js';
import { askedAgainAt, ThrottleLine, type WaitsFor } from '../../../core/protection/throttle-line.js';
import { holdForMsOf } from '../../../core/protection/hold-for.js';
import type { RunPolicy } from '../../../core/policy/run-policy.js';
import type { Tx } from '../../../database/tx.js';
import type { ClaimedRun } from '../../../run-log/queue/claimed-run.js';
import { HoldStore } from '../../../run-log/queue/hold.store.js';
import { Protections, type Protection } from '../../plan/protections.js';
import { ThrottlePlaces } from './throttle-places.js';
import { ThrottleStore, type StoredWait } from './throttle.store.js';
import { waitedText } from './waited-text.js';

/** The claimed runs of a throttled job, and what it is throttled to. */
interface Throttled {
  readonly jobId: number;
  readonly policy: RunPolicy & { readonly throttle: NonNullable<RunPolicy['throttle']> };
  readonly runs: ClaimedRun[];
}

/** What is written down of a claim's throttled runs. */
interface Decisions {
  readonly verdicts: Map<string, HoldVerdict>;
  readonly paces: Map<number, string>;
  readonly waits: StoredWait[];
  /** Runs that waited and do so no more. */
  readonly done: string[];
}

/**
 * Decides for the runs of throttled jobs, in the transaction that claims them, whether they are called, wait, or have waited for too
 * long. A job is held until commit, so that all replicas together keep to its limits (docs/decisions, 0232).
 */
@Injectable()
export class Throttles implements Protection, OnModuleInit {
  readonly by = 'throttle';

  constructor(
    private readonly protections: Protections,
    private readonly store: ThrottleStore,
    private readonly places: ThrottlePlaces,
    private readonly holding: HoldStore,
  ) {}

  onModuleInit(): void {
    this.protections.join(this);
  }

  isMeant(policy: RunPolicy): boolean {
    return policy.throttle !== undefined;
  }

  async meet(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<ReadonlyMap<string, HoldVerdict>> {
    const jobs = byJob(runs);
    const jobIds = [...jobs.keys()];
    const paces = await this.store.hold(tx, jobIds);
    const runIds = runs.map(({ runId }) => runId);
    const waited = await this.store.listWaits(
      tx,
      runs.flatMap(({ hasWaited, runId }) => (hasWaited ? [runId] : [])),
    );
    const counts = await this.store.countWaits(tx, jobIds, runs.length);
    const limited = jobIds.filter((id) => jobs.get(id)?.policy.throttle.concurrency !== undefined);
    const tenancyIds = [...new Set(runs.map(({ tenancyId }) => tenancyId))];
    const open = await this.store.countOpen(tx, { jobIds: limited, tenancyIds }, runIds);
    const decisions: Decisions = { verdicts: new Map(), paces: new Map(), waits: [], done: [] };
    for (const [jobId, job] of jobs) {
      const own = [...waited.values()].filter((wait) => wait.jobId === jobId);
      const { place = 0, isAny = false } = counts.get(jobId) ?? {};
      const line = new ThrottleLine({
        ...{ policy: job.policy, pace: paces.get(jobId) ?? '', open: open.get(jobId) ?? 0, now },
        waitForPlace: place - own.filter((wait) => wait.for === 'place').length,
        isAnyWaiting: isAny,
      });
      decide(job, line, waited, decisions);
    }
    await this.write(tx, decisions);
    return decisions.verdicts;
  }

  async takeBack(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<void> {
    const jobs = [...byJob(runs).values()];
    const paces = await this.store.hold(
      tx,
      jobs.map(({ jobId }) => jobId),
    );
    const changed = new Map<number, string>();
    for (const { jobId, policy, runs: unused } of jobs) {
      if (policy.throttle.rate === undefined) continue;
      const pace = new Pace(policy.throttle.rate, paces.get(jobId) ?? '');
      for (const { dueAt } of unused) pace.giveBack(Math.max(now, dueAt));
      const stored = pace.toStore();
      if (stored !== null) changed.set(jobId, stored);
    }
    await this.store.savePaces(tx, changed);
    await this.places.giveFree(tx, jobs.flatMap(limitedIn));
  }

  private async write(tx: Tx, { paces, waits, done }: Decisions): Promise<void> {
    await this.store.savePaces(tx, paces);
    await this.store.saveWaits(tx, waits);
    await this.store.forgetWaits(tx, done);
    await this.holding.letGo(tx, done);
  }
}

function byJob(runs: readonly ClaimedRun[]): Map<number, Throttled> {
  const jobs = new Map<number, Throttled>();
  for (const run of runs) {
    const { policy, job } = run;
    const known = jobs.get(job.id);
    if (known) known.runs.push(run);
    else if (policy?.throttle)
      jobs.set(job.id, { jobId: job.id, policy: { ...policy, throttle: policy.throttle }, runs: [run] });
  }
  return jobs;
}

function limitedIn({ jobId, policy, runs }: Throttled) {
  const { concurrency } = policy.throttle;
  const [first] = runs;
  if (concurrency === undefined || first === undefined) return [];
  return [{ id: jobId, tenancyId: first.tenancyId, concurrency }];
}

/** Asks for the runs of a job one after the other, those first that have waited longest. */
function decide(
  { jobId, policy, runs }: Throttled,
  line: ThrottleLine,
  waited: ReadonlyMap<string, StoredWait>,
  { verdicts, paces, waits, done }: Decisions,
): void {
  const sinceOf = ({ runId, dueAt }: ClaimedRun) => waited.get(runId)?.since ?? dueAt;
  for (const run of [...runs].sort((a, b) => sinceOf(a) - sinceOf(b))) {
    const { runId, attempt } = run;
    const wait = waited.get(runId) ?? null;
    const answer = line.ask({ dueAt: run.dueAt, wait });
    if (answer.kind === 'wait') {
      const { since } = answer;
      verdicts.set(runId, { kind: 'hold', by: 'throttle', until: askedAgainAt(answer, policy), since });
      if (!isSame(wait, answer)) waits.push({ runId, jobId, since, for: answer.for, until: answer.until });
      continue;
    }
    if (wait !== null) done.push(runId);
    if (answer.kind === 'go') continue;
    verdicts.set(runId, { kind: attempt > 1 ? 'fail' : 'skip', why: waitedText(holdForMsOf(policy)) });
  }
  const pace = line.toStore();
  if (pace !== null) paces.set(jobId, pace);
}

function isSame(
  wait: StoredWait | null,
  answer: { readonly for: WaitsFor; readonly until: Instant | null },
): boolean {
  return wait !== null && wait.for === answer.for && wait.until === answer.until;
}
