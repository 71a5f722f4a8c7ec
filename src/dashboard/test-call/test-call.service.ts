import { Injectable } from '@nestjs/common';
import { TestCall, type TestCallOrder } from '../../action/http/test-call.js';
import { Clock } from '../../core/clock.js';
import type { GivenHeaders } from '../../core/policy/headers.js';
import { isSigned } from '../../core/policy/signing.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { Database } from '../../database/database.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { getJob } from '../../database/scoped.js';
import type { LastingCaller } from '../../http/scope.decorators.js';
import { JobHeaders } from '../../job/job-headers.js';
import { AuditLog } from '../../tenant/audit-log.store.js';
import { Places } from '../../tenant/rate-limit/places.js';
import { Turns } from '../../tenant/rate-limit/turns.js';

/** Calls a minute of a session, or of a client as one tenant. */
const OF_HOLDER = 10;
/** Calls a minute of a client together: as all of its tenants, and in all sessions by its credentials. */
const OF_CLIENT = 30;
/** Calls a minute as one tenant, whoever makes them. */
const OF_TENANT = 20;
/** Calls under way at once: an endpoint that does not answer holds one for as long as a call may take. */
const AT_ONCE = 20;
const AT_ONCE_OF_TENANT = 10;
const WHAT = 'test calls';
const LONGEST_URL = 1_000;

/** A call as it is asked for. */
export interface WantedCall extends Omit<TestCallOrder, 'tenancyId' | 'sealedHeaders' | 'isSigned'> {
  /** The job that is tried: what is undefined of its headers and its signature is as that job has it. */
  readonly jobId?: number | undefined;
  readonly headers?: GivenHeaders | null | undefined;
  readonly signing?: boolean | null | undefined;
}

/** Makes test calls of the tenancy in which a caller acts, few a minute, and writes each down. */
@Injectable()
export class TestCallService {
  private readonly turns: Turns;
  private readonly places = new Places(AT_ONCE, AT_ONCE_OF_TENANT, `${WHAT} under way`);

  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly calls: TestCall,
    private readonly headers: JobHeaders,
    clock: Clock,
  ) {
    this.turns = new Turns(clock);
  }

  /**
   * Makes one call and returns its outcome. It counts for the session, or the client as its tenant, for all that its client does, and
   * for the tenant. Throws TooManyRequests, NotFound for a job that is not there, and InvalidInput for a header without a value.
   */
  make(caller: Pick<LastingCaller, 'scope' | 'holder'>, order: WantedCall) {
    return this.places.hold(`tenancy ${caller.scope.tenancyId}`, () => this.call(caller, order));
  }

  private async call({ scope, holder }: Pick<LastingCaller, 'scope' | 'holder'>, order: WantedCall) {
    const { instanceId, tenancyId, tenantId, actor, clientId } = scope;
    this.turns.take(holder, OF_HOLDER, WHAT);
    if (clientId !== null) this.turns.take(`all of client ${clientId} of ${instanceId}`, OF_CLIENT, WHAT);
    this.turns.take(`tenancy ${tenancyId}`, OF_TENANT, WHAT);
    const call = await this.ordered(scope, order);
    const details = { action: withoutSecrets(order.action), httpMethod: order.httpMethod };
    // Before the call, so that one during which the service is killed is known too.
    await this.database.transaction((tx) =>
      this.audit.append(tx, { instanceId, tenantId, actor, event: 'test-call.made', details }),
    );
    return this.calls.make({ ...call, tenancyId });
  }

  /** Stored values of headers do not go along to another origin than that of their job, in a test as in a change of the job. */
  private async ordered(
    scope: LastingCaller['scope'],
    { jobId, headers, signing, ...call }: WantedCall,
  ): Promise<Omit<TestCallOrder, 'tenancyId'>> {
    const job = jobId === undefined ? null : await this.ownJob(scope, jobId);
    const sealed = this.headers.sealed({ headers, action: call.action, policy: {} }, job);
    const sealedHeaders = sealed.headers === undefined ? (job?.headers ?? null) : sealed.headers;
    const isToBeSigned = signing === undefined ? isSigned(job?.policy ?? null) : signing === true;
    return { ...call, sealedHeaders, isSigned: isToBeSigned };
  }

  /** Returns a job of the tenancy as which is called; null for one of another tenant, whose keys and secrets are not used here. */
  private async ownJob(scope: LastingCaller['scope'], jobId: number): Promise<JobRow | null> {
    const job = await this.database.read((tx) => getJob(tx, scope, jobId), scope);
    return job.tenancyId === scope.tenancyId ? job : null;
  }
}

/** Returns origin and path of a URL: user, password, query and fragment may hold secrets. */
function withoutSecrets(action: string): string {
  const { origin, pathname } = new URL(action);
  return firstCharacters(origin + pathname, LONGEST_URL);
}
