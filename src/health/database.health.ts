import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database } from '../database/database.js';

/** Ready means: the database answers and takes what is written. It was migrated before the process began to listen. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly database: Database,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    try {
      await this.database.ping();
    } catch {
      return indicator.down({ message: this.database.trouble ?? 'The database does not answer.' });
    }
    // A full disk can still be read; the next beat of the dispatcher tells that it takes writes again.
    const { trouble } = this.database;
    return trouble === null ? indicator.up() : indicator.down({ message: trouble });
  }
}
