import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '../core/instant.js';
import { untilNone } from '../database/batches.js';
import { Database } from '../database/database.js';
import { Chores } from '../replica/chores.js';
import { AuditLog } from './audit-log.store.js';

const NAME = 'audit-retention';
/** Rows that one transaction handles at most. */
const BATCH = 1_000;

/** Deletes what the audit log has kept for a year. */
@Injectable()
export class AuditRetention {
  constructor(database: Database, audit: AuditLog, chores: Chores) {
    const lease = { name: NAME, forMs: HOUR_MS };
    const run = () => untilNone(database, (tx) => audit.deleteOld(tx, BATCH));
    chores.register({ name: NAME, everyMs: HOUR_MS, lease, run });
  }
}
