import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SECOND_MS } from '../core/instant.js';
import { hasResult, isFailure } from '../core/run-state.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Chores } from '../replica/chores.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../run-log/run-endings.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { FailingScheduleReader } from './failing-schedule.reader.js';
import { FailingScheduleStore } from './failing-schedule.store.js';
import { findingsOf, type Finding, type Owner } from './finding.js';

const LEARN_EVERY_MS = 10 * SECOND_MS;
/** So many failing schedules are known in memory; beyond them a success waits for `FailingChores`. */
const MOST_KNOWN = 50_000;

/**
 * Keeps the table of failing schedules, in the transaction that ends runs. Failures are two statements: one looks
 * for successes that nobody has noted, so that a row of failures never reaches over one, and one notes. A success is a
 * statement only where this replica knows its schedule as failing: runs that succeed as usual cost nothing. What another
 * replica found failing is read every ten seconds while runs end here; a success that comes before is seen by the next
 * failure, or by `FailingChores`.
 */
@Injectable()
export class FailingSchedules implements EndingParticipant, OnModuleInit {
  private known = new Set<string>();
  /** What was found failing while the others were read. */
  private found = new Set<string>();
  /** Whether runs have ended here since the others were read: else nobody needs to know of them. */
  private isBusy = false;

  constructor(
    private readonly database: Database,
    private readonly store: FailingScheduleStore,
    private readonly reader: FailingScheduleReader,
    private readonly tenancies: TenancyIndex,
    endings: RunEndings,
    chores: Chores,
  ) {
    endings.join(this);
    chores.register({ name: 'known-failing', everyMs: LEARN_EVERY_MS, run: () => this.learnAnew() });
  }

  async onModuleInit(): Promise<void> {
    await this.learn();
  }

  async settle(tx: Tx, ended: readonly EndedRun[]): Promise<void> {
    this.isBusy = true;
    const findings = await this.findingsOf(tx, ended);
    if (findings.length === 0) return;
    // Hardly ever two of one schedule: then the success comes first.
    const isFollowed = new Set(
      findings.filter(({ standing }) => standing === 'failing').map(({ scheduleId }) => scheduleId),
    );
    const isFirst = ({ standing, scheduleId }: Finding) =>
      standing === 'healed' && isFollowed.has(scheduleId);
    await this.store.note(tx, findings.filter(isFirst));
    await this.store.note(
      tx,
      findings.filter((finding) => !isFirst(finding)),
    );
    tx.afterCommit(() => this.take(findings));
  }

  /** Reads which schedules are failing, as all replicas have noted. */
  async learn(): Promise<void> {
    this.isBusy = false;
    this.found = new Set();
    const ids = await this.database.read((tx) => this.store.listFailing(tx, MOST_KNOWN), 'upkeep');
    this.known = new Set([...ids, ...this.found]);
  }

  private async learnAnew(): Promise<void> {
    if (this.isBusy) await this.learn();
  }

  private async findingsOf(tx: Tx, ended: readonly EndedRun[]): Promise<Finding[]> {
    const bySchedule = new Map<string, EndedRun[]>();
    for (const { scheduleId, state } of ended) {
      if (!hasResult(state)) continue;
      if (isFailure(state) || this.known.has(scheduleId)) bySchedule.set(scheduleId, []);
    }
    if (bySchedule.size === 0) return [];
    const failed = new Set<string>();
    for (const run of ended) {
      // An earlier attempt to record these has noted them.
      if (run.isRepeated || !hasResult(run.state)) continue;
      bySchedule.get(run.scheduleId)?.push(run);
      if (isFailure(run.state)) failed.add(run.scheduleId);
    }
    const pasts = await this.reader.listPasts(tx, [...failed].sort());
    return [...bySchedule].flatMap(([scheduleId, runs]) => {
      const owner = this.ownerOf(scheduleId, runs[0]);
      const known = { isKnown: this.known.has(scheduleId), past: pasts.get(scheduleId) ?? null };
      return owner === null ? [] : findingsOf(owner, runs, known);
    });
  }

  /** Returns where a schedule belongs; null where its job or its tenant is gone. */
  private ownerOf(scheduleId: string, run: EndedRun | undefined): Owner | null {
    const instanceId = run && this.tenancies.find(run.tenancyId)?.instanceId;
    if (!run?.job || instanceId === undefined) return null;
    return { scheduleId, instanceId, tenancyId: run.tenancyId, jobId: run.job.id };
  }

  private take(findings: readonly Finding[]): void {
    for (const { scheduleId, standing } of findings) {
      if (standing === 'healed') {
        this.known.delete(scheduleId);
      } else if (this.known.size < MOST_KNOWN) {
        this.known.add(scheduleId);
        this.found.add(scheduleId);
      }
    }
  }
}
