import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database } from '../database/database.js';
import { orAfter } from '../core/or-after.js';

/** Those who ask wait for 5 s themselves: they get an answer from us before, also where the database hangs. */
const ANSWERS_WITHIN_MS = 2000;

/** Ready means: the database answers and takes what is written. It was migrated before the process began to listen. */
@Injectable()
export class DatabaseHealth {
  private readonly answersWithinMs: number = ANSWERS_WITHIN_MS;
  /** The question that is under way. All share it: a database that hangs is not asked over and over. */
  private asked: Promise<boolean> | null = null;

  constructor(
    private readonly database: Database,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    if (!(await this.answers())) {
      return indicator.down({ message: this.database.trouble ?? 'The database does not answer.' });
    }
    // A full disk can still be read; the next beat of the dispatcher tells that it takes writes again.
    const { trouble } = this.database;
    return trouble === null ? indicator.up() : indicator.down({ message: trouble });
  }

  private async answers(): Promise<boolean> {
    this.asked ??= this.database
      .ping()
      .then(
        () => true,
        () => false,
      )
      .finally(() => (this.asked = null));
    let does = false;
    const answered = this.asked.then((answer) => {
      does = answer;
    });
    await orAfter(this.answersWithinMs, answered);
    return does;
  }
}
