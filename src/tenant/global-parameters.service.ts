import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { NotFound } from '../core/errors.js';
import { Database } from '../database/database.js';
import { InstanceRow } from '../database/entities/instance.row.js';

/** What a provider sets for its whole service instance. */
@Injectable()
export class GlobalParametersService {
  constructor(private readonly database: Database) {}

  /** Answers how many seconds applications of the caller's instance have for a report. */
  async getAsyncTimeout({ instanceId }: AccessScope): Promise<number> {
    const row = await this.database.read((tx) => tx.manager.findOneBy(InstanceRow, { id: instanceId }));
    if (!row) throw new NotFound('The service instance is gone.');
    return row.asyncTimeoutS;
  }

  /** Sets how many seconds applications of the caller's instance have for a report, for runs under way too. */
  async setAsyncTimeout({ instanceId }: AccessScope, seconds: number): Promise<void> {
    await this.database.transaction((tx) =>
      tx.manager.update(InstanceRow, { id: instanceId }, { asyncTimeoutS: seconds }),
    );
  }
}
