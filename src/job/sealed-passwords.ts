import { Injectable } from '@nestjs/common';
import type { SealedColumn } from '../database/sealing/sealed-column.js';
import type { Sealing } from '../database/sealing/sealing.js';
import { SEALED_PARTS } from '../operation/operation.store.js';
import { Resealing } from '../replica/resealing.js';
import { SEALED_FIELDS } from './bulk/sealed-entry.js';

const PASSWORDS: SealedColumn = {
  table: 'job',
  column: 'action_password',
  key: ['id'],
  beforeFirst: [0],
};

const HEADERS: SealedColumn = { ...PASSWORDS, column: 'headers' };

/** Says where passwords and headers of calls are stored, in jobs and in orders to import them, so that they can be sealed anew. */
@Injectable()
export class SealedPasswords {
  constructor(resealing: Resealing) {
    resealing.register(PASSWORDS);
    resealing.register(HEADERS);
    // How the name of each such field begins.
    const within = { pattern: '%"sealed%', resealed: resealedPart };
    resealing.register({ ...SEALED_PARTS, within });
  }
}

/** Returns a part of an order with what is sealed in it sealed anew, null where nothing has to be. */
function resealedPart(text: string, sealing: Sealing): string | null {
  const entries = JSON.parse(text) as unknown; // written by the store of operations alone
  // Orders of other kinds have parts of another form, and nothing sealed.
  if (!Array.isArray(entries)) return null;
  let isChanged = false;
  for (const entry of entries as Record<string, unknown>[]) {
    for (const field of SEALED_FIELDS) {
      const sealed = entry[field];
      const anew = typeof sealed === 'string' ? sealing.resealed(sealed) : null;
      if (anew === null) continue;
      entry[field] = anew;
      isChanged = true;
    }
  }
  return isChanged ? JSON.stringify(entries) : null;
}
