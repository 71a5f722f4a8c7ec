import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import { InstanceRow } from '../database/entities/instance.row.js';
import type { Page, Part } from '../http/page.js';

/** All SQL that writes the table `instance`, and what is read of single rows. */
@Injectable()
export class InstanceStore {
  /** Inserts a service instance and returns it with its row id. */
  insert(tx: Tx, row: Omit<InstanceRow, 'id'>): Promise<InstanceRow> {
    return tx.manager.save(InstanceRow, { ...row });
  }

  /** Returns an instance by its row id, null where it is gone. */
  find(tx: Tx, id: number): Promise<InstanceRow | null> {
    return tx.manager.findOneBy(InstanceRow, { id });
  }

  /** Returns an instance by the id that the outside knows, null where there is none. */
  findByUid(tx: Tx, uid: string): Promise<InstanceRow | null> {
    return tx.manager.findOneBy(InstanceRow, { uid });
  }

  /** Returns whether an instance has this xsappname. */
  isNameUsed(tx: Tx, xsappname: string): Promise<boolean> {
    return tx.manager.existsBy(InstanceRow, { xsappname });
  }

  /** Returns a page of the instances, oldest first. */
  async page(tx: Tx, { offset, pageSize }: Page): Promise<Part<InstanceRow>> {
    const options = { order: { id: 'ASC' }, skip: offset, take: pageSize } as const;
    const [results, total] = await tx.manager.findAndCount(InstanceRow, options);
    return { results, total };
  }

  /** Sets how many seconds the applications of an instance have for a report. */
  async setAsyncTimeout(tx: Tx, id: number, seconds: number): Promise<void> {
    await tx.manager.update(InstanceRow, { id }, { asyncTimeoutS: seconds });
  }

  /** Deletes an instance. */
  async delete(tx: Tx, id: number): Promise<void> {
    await tx.manager.delete(InstanceRow, { id });
  }
}
