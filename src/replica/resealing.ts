import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { CannotStart } from '../config/cannot-start.js';
import { Clock } from '../core/clock.js';
import { HOUR_MS, MINUTE_MS, type Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import {
  listSealedOtherwise,
  replaceSealed,
  type SealedColumn,
  type SealedText,
} from '../database/sealing/sealed-column.js';
import { Sealing } from '../database/sealing/sealing.js';
import { Chores } from './chores.js';

/** The name of the chore, and of its lease. */
export const RESEALING = 'resealing';
const LOOK_MS = 10 * MINUTE_MS;

/** What one pass over the sealed columns came to. */
interface Pass {
  resealed: number;
  /** Texts that no value of the setting opens. */
  unreadable: number;
}

/**
 * Seals what is stored anew, so that a value of KEY_ENCRYPTION_SECRET can be replaced: with several values what the first
 * of them has not sealed, with one what was stored before there was any. Goes through the columns that modules name, in
 * small batches; a row that changes meanwhile keeps its change. One replica at a time does it. Where it is stopped, the
 * next pass does the rest.
 */
@Injectable()
export class Resealing implements OnModuleDestroy {
  private readonly log = new Logger('Sealing');
  private readonly columns: SealedColumn[] = [];
  private isStopping = false;
  private isDone = false;
  private toldAt: Instant = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly database: Database,
    private readonly sealing: Sealing,
    private readonly clock: Clock,
    chores: Chores,
  ) {
    const lease = { name: RESEALING, forMs: LOOK_MS };
    chores.register({ name: RESEALING, everyMs: LOOK_MS, lease, run: () => this.run() });
  }

  /** Names a column that holds sealed texts. Call it in a constructor or in `onModuleInit`. */
  register(column: SealedColumn): void {
    this.columns.push(column);
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** With several values another replica may still seal by another one: the passes go on. With one there is one pass. */
  private async run(): Promise<number> {
    if (this.sealing.wantedStart === null || this.isDone) return 0;
    const pass: Pass = { resealed: 0, unreadable: 0 };
    for (const column of this.columns) await this.resealColumn(column, pass);
    if (this.isStopping) return pass.resealed;
    this.isDone = !this.sealing.hasSeveral && pass.unreadable === 0;
    this.tell(pass);
    return pass.resealed;
  }

  private async resealColumn(column: SealedColumn, pass: Pass): Promise<void> {
    let after: SealedText['key'] | null = column.beforeFirst;
    while (after !== null && !this.isStopping) {
      const from: SealedText['key'] = after;
      const found = await this.database.read((tx) => listSealedOtherwise(tx, column, this.sealing, from));
      await this.resealRows(column, found.rows, pass);
      after = found.next;
    }
  }

  private async resealRows(column: SealedColumn, rows: readonly SealedText[], pass: Pass): Promise<void> {
    const changes = rows.flatMap((row) => {
      try {
        const text = this.resealedText(column, row.text);
        return text === null ? [] : [{ row, text }];
      } catch (error) {
        if (!(error instanceof CannotStart)) throw error;
        pass.unreadable++;
        return [];
      }
    });
    if (changes.length === 0) return;
    pass.resealed += await this.database.transaction(async (tx) => {
      let stored = 0;
      for (const { row, text } of changes) stored += Number(await replaceSealed(tx, column, row, text));
      return stored;
    });
  }

  private resealedText({ within }: SealedColumn, text: string): string | null {
    return within === undefined ? this.sealing.resealed(text) : within.resealed(text, this.sealing);
  }

  /** Says at most once an hour that nothing is left to do: an operator waits for that, and may leave it so for long. */
  private tell({ resealed, unreadable }: Pass): void {
    const now = this.clock.now();
    if (resealed > 0) this.log.log(`Sealed ${resealed} stored secrets by the first KEY_ENCRYPTION_SECRET.`);
    if (!this.sealing.hasSeveral && unreadable === 0) return;
    if (resealed === 0 && now - this.toldAt < HOUR_MS) return;
    this.toldAt = now;
    if (unreadable > 0) {
      this.log.warn(
        `${unreadable} stored secrets can be opened by no value of KEY_ENCRYPTION_SECRET: add the value that sealed them.`,
      );
    } else {
      this.log.log(
        'Every stored secret is sealed by the first value of KEY_ENCRYPTION_SECRET: nothing needs the others any more.',
      );
    }
  }
}
