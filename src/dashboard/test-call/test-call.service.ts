import { Injectable } from '@nestjs/common';
import { TestCall, type TestCallOrder } from '../../action/http/test-call.js';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { Database } from '../../database/database.js';
import { AuditLog } from '../../tenant/audit-log.store.js';
import { Turns } from '../../tenant/rate-limit/turns.js';

const PER_MINUTE = 10;
const LONGEST_URL = 1_000;

/** Makes test calls of the tenancy in which a caller acts, few a minute, and writes each down. */
@Injectable()
export class TestCallService {
  private readonly turns: Turns;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly calls: TestCall,
    clock: Clock,
  ) {
    this.turns = new Turns(clock);
  }

  /**
   * Makes one call and returns its outcome. It counts for the person or the client, whatever tenant that acts for, and
   * however many sessions it has. Throws TooManyRequests.
   */
  async make(scope: AccessScope, order: Omit<TestCallOrder, 'tenancyId'>) {
    const { instanceId, tenancyId, tenantId, actor } = scope;
    this.turns.take(`${instanceId} ${actor}`, PER_MINUTE, 'test calls');
    const details = { action: withoutSecrets(order.action), httpMethod: order.httpMethod };
    // Before the call, so that one during which the service is killed is known too.
    await this.database.transaction((tx) =>
      this.audit.append(tx, { instanceId, tenantId, actor, event: 'test-call.made', details }),
    );
    return this.calls.make({ ...order, tenancyId });
  }
}

/** Returns origin and path of a URL: user, password, query and fragment may hold secrets. */
function withoutSecrets(action: string): string {
  const { origin, pathname } = new URL(action);
  return firstCharacters(origin + pathname, LONGEST_URL);
}
