import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { NotFound } from '../../core/errors.js';
import { Database } from '../../database/database.js';
import { InstanceStore } from '../instance.store.js';

/** What a provider sets for its whole service instance. */
@Injectable()
export class GlobalParametersService {
  constructor(
    private readonly database: Database,
    private readonly instances: InstanceStore,
  ) {}

  /** Returns how many seconds applications of the caller's instance have for a report. Throws NotFound where the instance is gone. */
  async getAsyncTimeout({ instanceId }: AccessScope): Promise<number> {
    const row = await this.database.read((tx) => this.instances.find(tx, instanceId));
    if (!row) throw new NotFound('The service instance is gone.');
    return row.asyncTimeoutS;
  }

  /** Sets how many seconds applications of the caller's instance have for a report, for runs under way too. */
  setAsyncTimeout({ instanceId }: AccessScope, seconds: number): Promise<void> {
    return this.database.transaction((tx) => this.instances.setAsyncTimeout(tx, instanceId, seconds));
  }
}
