import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/instant.js';
import { afterCall, type Sign } from '../../../core/protection/breaker.js';
import type { Tx } from '../../../database/tx.js';
import type { ClaimedRun } from '../../../run-log/queue/claimed-run.js';
import { dueAfterWait, probeLookAt, waitOf } from './breaker-protection.js';
import { BreakerRounds } from './breaker-rounds.js';
import { BreakerStore, type StoredCircuit } from './breaker.store.js';
import { BreakerWaitStore } from './breaker-wait.store.js';
import { circuitOf, type CircuitKey } from './circuit-id.js';

/** What the call of a run says about its protected endpoint. */
export interface Called {
  readonly run: ClaimedRun;
  readonly sign: Sign;
  readonly at: Instant;
}

/** What calls did to circuits: the probes that failed and wait again, and what is worth counting. */
export interface Fed {
  readonly kept: ReadonlySet<string>;
  readonly opened: number;
  readonly probes: readonly Sign[];
}

interface Told extends Called {
  readonly key: CircuitKey;
}

/** Takes in what calls say about endpoints, in the transaction that records them (schedule-extensions.md, "Protecting endpoints"). */
@Injectable()
export class BreakerFeed {
  constructor(
    private readonly circuits: BreakerStore,
    private readonly waits: BreakerWaitStore,
    private readonly rounds: BreakerRounds,
  ) {}

  /**
   * Takes in calls: one look for their circuits, and one statement more for those that have changed. A probe that failed goes back
   * to wait unless its own settings say how it is repeated. Say `isRepeated` where an earlier attempt may have been committed: then
   * only the answer of a probe that is still open counts.
   */
  async take(
    tx: Tx,
    called: readonly Called[],
    { replicaId, isRepeated }: { readonly replicaId: number; readonly isRepeated: boolean },
  ): Promise<Fed> {
    const told = called.flatMap((each): Told[] => {
      const key = circuitOf(each.run);
      return key === null ? [] : [{ ...each, key }];
    });
    const stored = await this.lock(tx, told);
    const touched = new Set<string>();
    const failedProbes: Told[] = [];
    const probes: Sign[] = [];
    let opened = 0;
    for (const { key, sign, run, at } of told.sort((a, b) => a.at - b.at)) {
      const before = stored.get(key.id);
      if (before === undefined) continue;
      const isProbe = before.circuit.probeRun === run.runId;
      if (isRepeated && !isProbe) continue;
      const circuit = afterCall(before.circuit, { sign, isProbe }, at);
      if (circuit === before.circuit) continue;
      stored.set(key.id, { ...before, circuit, nextAt: lookAfter(before, circuit) });
      touched.add(key.id);
      if (circuit.state === 'open' && before.circuit.state !== 'open') opened += 1;
      if (!isProbe) continue;
      probes.push(sign);
      if (sign === 'failed' && run.policy?.retry === undefined) failedProbes.push({ key, sign, run, at });
    }
    const changed = [...stored.values()].filter(({ id }) => touched.has(id));
    await this.circuits.save(tx, changed);
    tx.afterCommit(() => {
      for (const { nextAt } of changed) this.rounds.expect(nextAt);
    });
    return { kept: await this.keep(tx, failedProbes, replicaId), opened, probes };
  }

  /** Circuits have no row while nothing fails: the first failure makes it. */
  private async lock(tx: Tx, told: readonly Told[]): Promise<Map<string, StoredCircuit>> {
    const ids = told.map(({ key }) => key.id);
    if (ids.length === 0) return new Map();
    const stored = await this.circuits.lock(tx, ids);
    const failing = new Map(
      told
        .filter(({ sign, key }) => sign === 'failed' && !stored.has(key.id))
        .map(({ key }) => [key.id, key]),
    );
    if (failing.size === 0) return stored;
    const since = Math.min(...told.map(({ at }) => at));
    await this.circuits.insert(tx, [...failing.values()], since);
    return this.circuits.lock(tx, ids);
  }

  private async keep(tx: Tx, probes: readonly Told[], replicaId: number): Promise<ReadonlySet<string>> {
    if (probes.length === 0) return new Set();
    const waiting = probes.map(({ run, key, at }) => ({
      ...{ runId: run.runId, breakerId: key.id },
      // It has waited since it was due, not since its call failed.
      ...waitOf(run, Math.min(at, run.dueAt)),
    }));
    const kept = await this.waits.keep(
      tx,
      waiting.map(({ runId, since, endsAt }) => ({ runId, since, dueAt: dueAfterWait(endsAt) })),
      replicaId,
    );
    await this.waits.add(
      tx,
      waiting.filter(({ runId }) => kept.has(runId)),
    );
    return kept;
  }
}

/** Returns when somebody is to see to a circuit after a call. */
function lookAfter(before: StoredCircuit, circuit: StoredCircuit['circuit']): Instant | null {
  const { state, probeRun } = before.circuit;
  const isProbeOver = probeRun !== null && circuit.probeRun === null;
  if (circuit.state === 'open' && (state !== 'open' || isProbeOver)) return probeLookAt(circuit.probeAt ?? 0);
  if (circuit.state === 'releasing' && state === 'open') return circuit.since;
  return before.nextAt;
}
