import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';

/** Counts what a tenancy has that is signed, told by the module that owns it. */
export type SigningUse = (tx: Tx, tenancyId: number) => Promise<number>;

/** Which jobs are signed: the last key of a tenancy stays while there are some. */
@Injectable()
export class SigningUses {
  private readonly uses: SigningUse[] = [];

  /** Adds what is signed. Call it in a constructor. */
  join(use: SigningUse): void {
    this.uses.push(use);
  }

  /** Returns how many jobs of a tenancy are signed. */
  async count(tx: Tx, tenancyId: number): Promise<number> {
    let sum = 0;
    for (const use of this.uses) sum += await use(tx, tenancyId);
    return sum;
  }
}
