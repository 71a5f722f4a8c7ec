import { Injectable } from '@nestjs/common';
import type { SealedColumn } from '../database/sealing/sealed-column.js';
import { Resealing } from '../replica/resealing.js';

const SECRETS: SealedColumn = {
  table: 'runner',
  column: 'secret',
  key: ['id'],
  beforeFirst: [Buffer.alloc(0)],
};

/** Says where secrets of runners are stored, so that they can be sealed anew. */
@Injectable()
export class SealedRunnerSecrets {
  constructor(resealing: Resealing) {
    resealing.register(SECRETS);
  }
}
