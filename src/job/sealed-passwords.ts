import { Injectable } from '@nestjs/common';
import type { SealedColumn } from '../database/sealing/sealed-column.js';
import type { Sealing } from '../database/sealing/sealing.js';
import { SEALED_PARTS } from '../operation/operation.store.js';
import { Resealing } from '../replica/resealing.js';
import { SEALED_PASSWORD } from './bulk/job-import.js';

const PASSWORDS: SealedColumn = {
  table: 'job',
  column: 'action_password',
  key: ['id'],
  beforeFirst: [0],
};

/** Says where passwords of actions are stored, in jobs and in orders to import them, so that they can be sealed anew. */
@Injectable()
export class SealedPasswords {
  constructor(resealing: Resealing) {
    resealing.register(PASSWORDS);
    const within = { pattern: `%"${SEALED_PASSWORD}":"%`, resealed: resealedPart };
    resealing.register({ ...SEALED_PARTS, within });
  }
}

/** Returns a part of an order with its passwords sealed anew, null where none has to be. */
function resealedPart(text: string, sealing: Sealing): string | null {
  const entries = JSON.parse(text) as unknown; // written by the store of operations alone
  // Orders of other kinds have parts of another form, and no passwords.
  if (!Array.isArray(entries)) return null;
  let isChanged = false;
  for (const entry of entries as Record<string, unknown>[]) {
    const sealed = entry[SEALED_PASSWORD];
    const anew = typeof sealed === 'string' ? sealing.resealed(sealed) : null;
    if (anew === null) continue;
    entry[SEALED_PASSWORD] = anew;
    isChanged = true;
  }
  return isChanged ? JSON.stringify(entries) : null;
}
