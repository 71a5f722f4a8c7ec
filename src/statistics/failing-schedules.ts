import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SECOND_MS } from '../core/instant.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import { Chores } from '../replica/chores.js';
import { RunEndings, type EndedRun, type EndingParticipant } from '../run-log/run-endings.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { FailingScheduleStore } from './failing-schedule.store.js';
import { findingsOf, type Finding, type Owner } from './finding.js';

const LEARN_EVERY_MS = 10 * SECOND_MS;
/** So many failing schedules are known in memory; beyond them a success waits for `FailingChores`. */
const MOST_KNOWN = 50_000;
/** A run that ends within this time of its planned instant is the newest of its schedule to do so. */
const SOON_MS = SECOND_MS;

/**
 * Keeps the table of failing schedules, in the transaction that ends runs. Failures are one statement, and a success is one
 * only where this replica knows its schedule as failing: runs that succeed as usual cost nothing. What another replica
 * found failing is read every ten seconds while runs end here; a success that comes before is found by `FailingChores`.
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
    const findings = await this.current(tx, this.findingsOf(ended));
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

  private findingsOf(ended: readonly EndedRun[]): Finding[] {
    const bySchedule = new Map<string, EndedRun[]>();
    for (const { scheduleId, state } of ended) {
      if (state !== 'SUCCESS' || this.known.has(scheduleId)) bySchedule.set(scheduleId, []);
    }
    if (bySchedule.size === 0) return [];
    for (const run of ended) {
      // An earlier attempt to record these has noted them.
      if (!run.isRepeated) bySchedule.get(run.scheduleId)?.push(run);
    }
    return [...bySchedule].flatMap(([scheduleId, runs]) => {
      const owner = this.ownerOf(scheduleId, runs[0]);
      return owner === null ? [] : findingsOf(owner, runs, this.known.has(scheduleId));
    });
  }

  /** Returns where a schedule belongs; null where its job or its tenant is gone. */
  private ownerOf(scheduleId: string, run: EndedRun | undefined): Owner | null {
    const instanceId = run && this.tenancies.find(run.tenancyId)?.instanceId;
    if (!run?.job || instanceId === undefined) return null;
    return { scheduleId, instanceId, tenancyId: run.tenancyId, jobId: run.job.id };
  }

  /** Leaves out failures of runs that ended so late that a later one has succeeded before. */
  private async current(tx: Tx, findings: readonly Finding[]): Promise<readonly Finding[]> {
    const isLate = ({ standing, plannedAt, lastAt }: Finding) =>
      standing === 'failing' && lastAt - plannedAt >= SOON_MS;
    const late = findings.filter(isLate);
    if (late.length === 0) return findings;
    const overtaken = await this.store.listOvertaken(tx, late);
    return findings.filter((finding) => !isLate(finding) || !overtaken.has(finding.scheduleId));
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
