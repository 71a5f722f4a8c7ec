import { Injectable, type OnModuleInit } from '@nestjs/common';
import { grouped } from '../../../core/grouped.js';
import type { Instant } from '../../../core/instant.js';
import { nextPlace, RELEASE_MS, type Circuit } from '../../../core/protection/breaker.js';
import type { HoldVerdict } from '../../../core/protection/hold.js';
import { holdForMsOf } from '../../../core/protection/hold-for.js';
import type { RunPolicy } from '../../../core/policy/run-policy.js';
import type { Tx } from '../../../database/tx.js';
import type { ClaimedRun } from '../../../run-log/queue/claimed-run.js';
import { RunEndings, type EndingParticipant, type LeftRun } from '../../../run-log/run-endings.js';
import { Protections, type Protection } from '../../plan/protections.js';
import { BreakerRounds, CLAIMED_AHEAD_MS } from './breaker-rounds.js';
import { BreakerStore, type StoredCircuit } from './breaker.store.js';
import { BreakerWaitStore, type WaitingRun } from './breaker-wait.store.js';
import { circuitOf, isProtected } from './circuit-id.js';

const UNAVAILABLE_TEXT = 'endpoint unavailable, not called';
/** A place so close behind the instant of a run is one at that instant. */
const AT_ONCE_MS = 2;

/** What a claim decides of the runs of one circuit. */
interface Decisions {
  readonly verdicts: Map<string, HoldVerdict>;
  readonly waiting: WaitingRun[];
}

interface Batch {
  readonly runs: readonly ClaimedRun[];
  readonly now: Instant;
  readonly decisions: Decisions;
}

/** Returns when a run that waits is to be claimed because it has waited long enough: claims are that much ahead. */
export function dueAfterWait(endsAt: Instant): Instant {
  return endsAt + CLAIMED_AHEAD_MS;
}

/** Returns since when a run waits, and until when it may. */
export function waitOf(
  { held, dueAt, policy }: Pick<ClaimedRun, 'held' | 'dueAt' | 'policy'>,
  now: Instant,
): { readonly since: Instant; readonly endsAt: Instant } {
  const since = held?.since ?? Math.max(dueAt, now);
  return { since, endsAt: since + holdForMsOf(policy ?? {}) };
}

/**
 * Keeps claimed runs from endpoints that are away: one read of their circuits for a claim, and more only where one of these is not
 * closed (schedule-extensions.md, "Protecting endpoints").
 */
@Injectable()
export class BreakerProtection implements Protection, EndingParticipant, OnModuleInit {
  readonly by = 'breaker';

  constructor(
    private readonly protections: Protections,
    private readonly runEndings: RunEndings,
    private readonly circuits: BreakerStore,
    private readonly waits: BreakerWaitStore,
    private readonly rounds: BreakerRounds,
  ) {}

  onModuleInit(): void {
    this.protections.join(this);
    this.runEndings.join(this);
  }

  isMeant(policy: RunPolicy): boolean {
    return policy.breaker === true;
  }

  async meet(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<ReadonlyMap<string, HoldVerdict>> {
    const decisions: Decisions = { verdicts: new Map(), waiting: [] };
    const byCircuit = grouped(runs.filter(isProtected), (run) => circuitOf(run)?.id ?? '');
    byCircuit.delete('');
    if (byCircuit.size === 0) return decisions.verdicts;
    const unclosed = await this.circuits.listUnclosed(tx, [...byCircuit.keys()]);
    if (unclosed.length === 0) return decisions.verdicts;
    const locked = await this.circuits.lock(
      tx,
      unclosed.map(({ id }) => id),
    );
    const changed: StoredCircuit[] = [];
    for (const stored of locked.values()) {
      changed.push(await this.decide(tx, stored, { runs: byCircuit.get(stored.id) ?? [], now, decisions }));
    }
    await this.waits.add(tx, decisions.waiting);
    await this.circuits.save(tx, changed);
    tx.afterCommit(() => {
      for (const { nextAt } of changed) this.rounds.expect(nextAt);
    });
    return decisions.verdicts;
  }

  async takeBack(tx: Tx, runs: readonly ClaimedRun[], now: Instant): Promise<void> {
    const ids = runs.filter(isProtected).flatMap((run) => circuitOf(run)?.id ?? []);
    const kept = new Set(runs.map(({ runId }) => runId));
    await this.rounds.leaveProbe(tx, ids, kept, now);
  }

  /** Takes the notes away of runs that ended without a call: they may have waited. */
  async leave(tx: Tx, runs: readonly LeftRun[], { wereCalled }: { wereCalled: boolean }): Promise<void> {
    if (wereCalled) return;
    const meant = runs.filter(({ policy, executedAt }) => policy?.breaker === true && executedAt === null);
    await this.waits.remove(
      tx,
      meant.map(({ runId }) => runId),
    );
  }

  private async decide(
    tx: Tx,
    stored: StoredCircuit,
    { runs, now, decisions }: Batch,
  ): Promise<StoredCircuit> {
    let next = stored;
    let isAnyWaiting: boolean | null = null;
    for (const run of runs) {
      if (isLetGo(next.circuit, run)) continue;
      if (hasEnded(next.circuit, run, now)) {
        decisions.verdicts.set(run.runId, { kind: 'fail', why: UNAVAILABLE_TEXT });
        continue;
      }
      const at = Math.max(run.dueAt, now);
      if (await this.isAtTurn(tx, next.circuit, run, at)) {
        next = asProbe(next, run, at);
        continue;
      }
      const isFree = next.circuit.state === 'open' ? isProbeDue(next.circuit, at) : true;
      if (isFree) isAnyWaiting ??= await this.waits.isAny(tx, stored.id);
      const gone = isFree && isAnyWaiting === false ? letGo(next, run, at) : null;
      if (gone !== null) {
        next = gone.stored;
        if (gone.until !== null) decisions.verdicts.set(run.runId, rampVerdict(run, gone.until, now));
        continue;
      }
      isAnyWaiting = true;
      next = keptWaiting(next, run, now);
      const { since, endsAt } = waitOf(run, now);
      decisions.waiting.push({ runId: run.runId, breakerId: stored.id, since, endsAt });
      // One that has waited long enough is released soon: it is not claimed again in each round until then.
      const until = Math.max(dueAfterWait(endsAt), next.circuit.state === 'open' ? 0 : now + RELEASE_MS);
      decisions.verdicts.set(run.runId, { kind: 'hold', by: 'breaker', until, since });
    }
    return next;
  }

  /** Whether a run is the probe because its turn by the throttle has come: any other that is chosen would wait for its own first. */
  private async isAtTurn(tx: Tx, circuit: Circuit, { held }: ClaimedRun, at: Instant): Promise<boolean> {
    const { state, probeAt, probeRun } = circuit;
    if (state !== 'open' || held?.by !== 'throttle' || (probeAt ?? 0) > at) return false;
    return probeRun === null || !(await this.waits.isUnderWay(tx, probeRun));
  }
}

function asProbe(stored: StoredCircuit, { runId }: ClaimedRun, at: Instant): StoredCircuit {
  return { ...stored, circuit: { ...stored.circuit, probeRun: runId }, nextAt: at };
}

/** Lets a run go for which nobody waits: as the probe, or at the next place of the release. Null where there is no place now. */
function letGo(
  stored: StoredCircuit,
  run: ClaimedRun,
  at: Instant,
): { readonly stored: StoredCircuit; readonly until: Instant | null } | null {
  if (stored.circuit.state === 'open') return { stored: asProbe(stored, run, at), until: null };
  const place = nextPlace(stored.circuit, at);
  if (place === null) return null;
  const until = place.at > at + AT_ONCE_MS ? place.at : null;
  return { stored: { ...stored, circuit: place.circuit }, until };
}

/** Returns a circuit for which one more run waits: somebody is to choose the probe, or to release it. */
function keptWaiting(stored: StoredCircuit, { policy }: ClaimedRun, now: Instant): StoredCircuit {
  const { state, probeAt } = stored.circuit;
  const lookAt = state === 'open' ? probeLookAt(probeAt ?? now) : now;
  const nextAt = state === 'open' ? (stored.nextAt ?? lookAt) : Math.min(stored.nextAt ?? now, now);
  return { ...stored, nextAt, holdForMs: holdForMsOf(policy ?? {}) };
}

function rampVerdict(run: ClaimedRun, until: Instant, now: Instant): HoldVerdict {
  return { kind: 'hold', by: 'ramp', until, since: waitOf(run, now).since };
}

/** Returns whether a run has waited as long as it may. Nothing ends so once the endpoint is there again. */
function hasEnded({ state }: Circuit, run: ClaimedRun, now: Instant): boolean {
  return state === 'open' && run.held !== null && waitOf(run, now).endsAt <= now;
}

/** Returns when the next probe is to be chosen, so that it is claimed in time. */
export function probeLookAt(probeAt: Instant): Instant {
  return probeAt - CLAIMED_AHEAD_MS;
}

/** Returns whether a run has been let go before: as the probe, or at its place in the release. */
function isLetGo({ state, probeRun }: Circuit, { runId, held }: ClaimedRun): boolean {
  switch (state) {
    case 'closed':
      return true;
    case 'open':
      return runId === probeRun;
    case 'releasing':
      return held?.by === 'ramp' || held?.by === 'throttle';
  }
}

function isProbeDue({ probeRun, probeAt }: Circuit, at: Instant): boolean {
  return probeRun === null && (probeAt ?? 0) <= at;
}
