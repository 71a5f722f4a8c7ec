import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../core/access-scope.js';
import { InvalidInput, shown } from '../core/errors.js';
import type { Tx } from '../database/database.js';
import { JobRow } from '../database/entities/job.row.js';
import { SearchTextStore } from '../schedule/search-text.store.js';
import { JobCountStore } from './job-count.store.js';

/** All SQL that writes the table `job`. */
@Injectable()
export class JobStore {
  constructor(
    private readonly counts: JobCountStore,
    private readonly searchTexts: SearchTextStore,
  ) {}

  /** Inserts a new row and sets its id. Throws InvalidInput where its tenancy has a job of that name. */
  async insert(tx: Tx, row: JobRow): Promise<void> {
    try {
      await tx.manager.insert(JobRow, row);
    } catch (error) {
      if (!tx.dialect.isDuplicateKey(error)) throw error;
      throw new NameInUse(row.name);
    }
  }

  /** Stores a changed row. */
  async save(tx: Tx, row: JobRow): Promise<void> {
    const { id, ...rest } = row;
    await tx.manager.update(JobRow, { id }, rest);
    await this.searchTexts.updateJob(tx, row);
  }

  /** Deletes a row, and counts it no more. */
  async delete(tx: Tx, row: JobRow): Promise<void> {
    await tx.manager.delete(JobRow, { id: row.id });
    await this.searchTexts.removeJob(tx, row);
    await this.count(tx, row, row.active, -1);
  }

  /** Counts a job that was switched on or off on its new side. It locks the counter until commit: do it last. */
  async recount(tx: Tx, row: JobRow): Promise<void> {
    await this.counts.add(tx, row, row.active ? { active: 1, inactive: -1 } : { active: -1, inactive: 1 });
  }

  /** Counts a job as active or inactive (1), or no more (-1). It locks the counter until commit: do it last. */
  async count(tx: Tx, row: JobRow, active: boolean, by: 1 | -1): Promise<void> {
    await this.counts.add(tx, row, active ? { active: by, inactive: 0 } : { active: 0, inactive: by });
  }

  /** Answers the id of the caller's own job of a name, compared exactly; null where there is none. */
  async findOwnId(tx: Tx, scope: AccessScope, name: string): Promise<number | null> {
    const { tenancyId } = scope;
    const rows = await tx.manager.find(JobRow, {
      where: { tenancyId, name },
      select: { id: true, name: true },
    });
    // MySQL takes 'a' and 'a ' for the same name.
    return rows.find((row) => row.name === name)?.id ?? null;
  }
}

/** Another job of the same technical user has the name. */
export class NameInUse extends InvalidInput {
  constructor(name: string) {
    super(`'name' ${shown(name)} is already in use by another job: choose another name`, 'name');
  }
}
