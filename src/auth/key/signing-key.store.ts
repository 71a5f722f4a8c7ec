import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import { SigningKeyRow } from '../../database/entities/signing-key.row.js';
import type { Tx } from '../../database/tx.js';

/** All SQL on the table `signing_key`. */
@Injectable()
export class SigningKeyStore {
  /** Returns whether there is any key. */
  isAny(tx: Tx): Promise<boolean> {
    return tx.manager.existsBy(SigningKeyRow, {});
  }

  /** Returns every key, the oldest first. */
  list(tx: Tx): Promise<SigningKeyRow[]> {
    return tx.manager.find(SigningKeyRow, { order: { createdAt: 'ASC', kid: 'ASC' } });
  }

  /** Inserts a key. */
  async insert(tx: Tx, row: SigningKeyRow): Promise<void> {
    await tx.manager.insert(SigningKeyRow, row);
  }

  /** Notes since when a key signs no more. */
  async retire(tx: Tx, kid: string, now: Instant): Promise<void> {
    await tx.manager.update(SigningKeyRow, { kid }, { retiredAt: now });
  }

  /** Deletes a key. */
  async delete(tx: Tx, kid: string): Promise<void> {
    await tx.manager.delete(SigningKeyRow, { kid });
  }
}
