import { Injectable } from '@nestjs/common';
import { Clock } from '../../core/clock.js';
import { SECOND_MS } from '../../core/instant.js';
import { untilNone } from '../../database/batches.js';
import { Database } from '../../database/database.js';
import { Chores, CLEAN_UP } from '../../replica/chores.js';
import { RunOperations } from './run-operations.js';

/** Rows that one transaction handles at most. */
const BATCH = 500;
const EVERY_MS = 30 * SECOND_MS;

/** Ends the operations that wait for a run which was deleted: nothing else would. */
@Injectable()
export class RequestChores {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly operations: RunOperations,
    chores: Chores,
  ) {
    chores.register({
      ...CLEAN_UP,
      name: 'operations-without-run',
      everyMs: EVERY_MS,
      run: () => this.endRunless(),
    });
  }

  /** Ends the operations whose run is gone; returns how many. */
  endRunless(): Promise<number> {
    return untilNone(this.database, (tx) => this.operations.endRunless(tx, this.clock.now(), BATCH));
  }
}
