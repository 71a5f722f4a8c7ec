import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database } from '../database/database.js';

/** Ready means: the database answers. It was migrated before the process began to listen. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly database: Database,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    try {
      await this.database.read((tx) => tx.query('SELECT 1'));
      return indicator.up();
    } catch {
      return indicator.down({ message: 'The database does not answer.' });
    }
  }
}
