import { Injectable } from '@nestjs/common';
import { SIGNING_MARK } from '../core/policy/signing.js';
import { countWhere } from '../database/count.js';
import { SigningUses } from '../signing/signing-uses.js';

/** Says how many jobs of a tenancy are signed. Their settings are looked through, which only the last key of a tenancy asks for. */
@Injectable()
export class SignedJobs {
  constructor(uses: SigningUses) {
    uses.join((tx, tenancyId) =>
      countWhere(tx, 'job', 'tenancy_id = ? AND policy LIKE ?', [tenancyId, `%${SIGNING_MARK}%`]),
    );
  }
}
