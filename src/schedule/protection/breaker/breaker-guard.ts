import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { Database } from '../../../database/database.js';
import type { Tx } from '../../../database/tx.js';
import type { ClaimedRun } from '../../../run-log/queue/claimed-run.js';
import { dueAfterWait, probeLookAt, waitOf } from './breaker-protection.js';
import { BreakerRounds } from './breaker-rounds.js';
import { BreakerStore } from './breaker.store.js';
import { BreakerWaitStore } from './breaker-wait.store.js';
import { circuitOf, isProtected } from './circuit-id.js';

const NONE: ReadonlySet<string> = new Set();

/** Keeps runs that a replica holds from an endpoint whose circuit has opened since they were claimed. */
@Injectable()
export class BreakerGuard {
  constructor(
    private readonly database: Database,
    private readonly circuits: BreakerStore,
    private readonly waits: BreakerWaitStore,
    private readonly rounds: BreakerRounds,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns which of these runs may not be called, asked right before their calls are sent: whichever replica has opened a circuit,
   * from then on every other one sends no more than the probe. Null, and nothing is asked, where no endpoint of theirs is protected.
   */
  barred(runs: readonly ClaimedRun[]): Promise<ReadonlySet<string>> | null {
    if (!runs.some(isProtected)) return null;
    return this.database.read((tx) => this.barredIn(tx, runs.filter(isProtected)), 'upkeep');
  }

  private async barredIn(tx: Tx, runs: readonly ClaimedRun[]): Promise<ReadonlySet<string>> {
    const ids = new Set(runs.map((run) => circuitOf(run)?.id).filter((id) => id !== undefined));
    if (ids.size === 0) return NONE;
    const unclosed = await this.circuits.listUnclosed(tx, [...ids]);
    const open = new Map(
      unclosed
        .filter(({ circuit }) => circuit.state === 'open')
        .map(({ id, circuit }) => [id, circuit.probeRun]),
    );
    if (open.size === 0) return NONE;
    const barred = runs.filter((run) => {
      const probe = open.get(circuitOf(run)?.id ?? '');
      return probe !== undefined && probe !== run.runId;
    });
    return new Set(barred.map(({ runId }) => runId));
  }

  /** Puts runs that this replica holds back into the queue, to wait for their endpoint; where that has come back meanwhile, to be claimed anew. */
  async putBack(tx: Tx, runs: readonly ClaimedRun[], replicaId: number): Promise<void> {
    const now = this.clock.now();
    const circuits = await this.circuits.lock(
      tx,
      runs.map((run) => circuitOf(run)?.id).filter((id) => id !== undefined),
    );
    const waiting = runs.map((run) => {
      const breakerId = circuitOf(run)?.id ?? '';
      const isWaiting = (circuits.get(breakerId)?.circuit.state ?? 'closed') !== 'closed';
      return { runId: run.runId, breakerId, isWaiting, ...waitOf(run, now) };
    });
    const kept = await this.waits.keep(
      tx,
      waiting.map(({ isWaiting, endsAt, ...run }) => ({
        ...run,
        dueAt: isWaiting ? dueAfterWait(endsAt) : now,
      })),
      replicaId,
    );
    const noted = waiting.filter(({ runId, isWaiting }) => isWaiting && kept.has(runId));
    await this.waits.add(tx, noted);
    const waitedFor = new Set(noted.map(({ breakerId }) => breakerId));
    const changed = [...circuits.values()]
      .filter(({ id, nextAt }) => nextAt === null && waitedFor.has(id))
      .map((stored) => ({ ...stored, nextAt: probeLookAt(stored.circuit.probeAt ?? now) }));
    await this.circuits.save(tx, changed);
    tx.afterCommit(() => {
      for (const { nextAt } of circuits.values()) this.rounds.expect(nextAt);
      for (const { nextAt } of changed) this.rounds.expect(nextAt);
    });
  }
}
