import { Injectable } from '@nestjs/common';
import type { SealedColumn } from '../database/sealing/sealed-column.js';
import { Resealing } from '../replica/resealing.js';

const SECRETS: SealedColumn = {
  table: 'webhook_key',
  column: 'secret',
  key: ['id'],
  beforeFirst: [Buffer.alloc(0)],
};

/** Says where secrets of signing keys are stored, so that they can be sealed anew. */
@Injectable()
export class SealedSigningKeys {
  constructor(resealing: Resealing) {
    resealing.register(SECRETS);
  }
}
