import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { DomainError } from '../core/errors.js';
import { TurnQueue } from '../core/turn-queue.js';
import { Database } from '../database/database.js';
import { RunEndingService } from './run-ending.service.js';
import type { ReportAnswer, RunReport } from './run-report.js';

const MOST_PER_BATCH = 500;
/** How many characters of reports go into one transaction at most: the database refuses a statement that is too long. */
const MOST_TEXT_PER_BATCH = 2_000_000;
/** For how long reports wait for others to share their transaction: while there are many, and no longer. */
const GATHER_MS = 5;
const MANY = 8;

interface Waiting {
  readonly report: RunReport;
  readonly resolve: (answer: ReportAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes the reports of applications, many in one transaction: one is written at a time, and meanwhile the next one is
 * collected. Each report is answered with its own outcome, after the commit. Tenants have turns, so that whoever sends
 * many delays only itself.
 */
@Injectable()
export class RunReports {
  private readonly waiting = new TurnQueue<Waiting>(Infinity); // as many as there are open requests
  private isWriting = false;
  private isPlanned = false;
  /** How many reports the latest batch had. */
  private latest = 0;

  constructor(
    private readonly database: Database,
    private readonly endings: RunEndingService,
    private readonly clock: Clock,
  ) {}

  /** Resolves once the report is committed. Rejects where the database is unavailable: it may be sent again. */
  take(report: RunReport): Promise<ReportAnswer> {
    const { instanceId, tenancyId } = report.scope;
    return new Promise((resolve, reject) => {
      this.waiting.add({ group: String(instanceId), member: String(tenancyId) }, { report, resolve, reject });
      if (!this.isWriting) this.plan();
    });
  }

  private plan(): void {
    if (this.isPlanned) return;
    this.isPlanned = true;
    if (this.latest >= MANY) setTimeout(() => void this.write(), GATHER_MS);
    else setImmediate(() => void this.write());
  }

  private async write(): Promise<void> {
    this.isPlanned = false;
    this.isWriting = true;
    const batch = this.nextBatch();
    this.latest = batch.length;
    await this.writeBatch(batch);
    this.isWriting = false;
    if (this.waiting.peek() !== null) this.plan();
  }

  private nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let text = 0;
    for (let next = this.waiting.peek(); next !== null; next = this.waiting.peek()) {
      text += next.report.message.length;
      if (batch.length > 0 && (batch.length >= MOST_PER_BATCH || text > MOST_TEXT_PER_BATCH)) break;
      batch.push(next);
      this.waiting.next();
    }
    return batch;
  }

  private async writeBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const reports = batch.map(({ report }) => report);
      const answers = await this.database.transaction(
        (tx) => this.endings.reportFree(tx, reports, this.clock.now()),
        'upkeep',
      );
      for (const [place, answer] of answers.entries()) {
        const one = batch[place];
        if (!one) continue;
        if (answer.kind === 'held') void this.writeAlone(one);
        else one.resolve(answer);
      }
    } catch (error) {
      if (batch.length > 1 && !(error instanceof DomainError)) return this.writeOneByOne(batch);
      for (const { reject } of batch) reject(error);
    }
  }

  /** What is wrong with one report must not fail the others. */
  private async writeOneByOne(batch: readonly Waiting[]): Promise<void> {
    for (const one of batch) await this.writeBatch([one]);
  }

  /** Waits until nobody else holds the run; the reports of other runs go on meanwhile. */
  private async writeAlone({ report, resolve, reject }: Waiting): Promise<void> {
    const { tenancyId } = report.scope;
    await this.database
      .transaction((tx) => this.endings.report(tx, [report], this.clock.now()), { tenancyId })
      .then(([answer]) => resolve(answer ?? { kind: 'unknown' }), reject);
  }
}
