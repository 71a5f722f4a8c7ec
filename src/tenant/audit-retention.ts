import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HOUR_MS } from '../core/instant.js';
import { ChoreLease } from '../replica/chore-lease.js';
import { Database } from '../database/database.js';
import { AuditLog } from './audit-log.js';

const BATCH = 1_000;

/** Deletes what the audit log has kept for a year, once among all replicas. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('AuditRetention');
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly lease: ChoreLease,
    private readonly audit: AuditLog,
  ) {}

  onApplicationBootstrap(): void {
    const tell = (error: unknown) => this.log.warn(`Old entries stay for now: ${String(error)}`);
    this.timer = setInterval(() => void this.tick().catch(tell), HOUR_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Deletes everything that is older than a year, in bounded batches. */
  async tick(): Promise<void> {
    if (!(await this.lease.mayDo('audit-retention', HOUR_MS))) return;
    let deleted = BATCH;
    while (deleted === BATCH)
      deleted = await this.database.transaction((tx) => this.audit.deleteOld(tx, BATCH));
  }
}
