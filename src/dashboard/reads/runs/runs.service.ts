import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../config/config.js';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import type { Instant } from '../../../core/instant.js';
import type { ShownState } from '../../../core/run-state.js';
import { Database } from '../../../database/database.js';
import type { Cursor } from '../cursor.js';
import { TenantScopes } from '../tenant-scopes.js';
import { BEGUN_STATES, type RunFilter } from './run-filter.query.js';
import { RunPlacesQuery } from './run-places.query.js';
import { runDetail, runPage } from './run.presenter.js';
import { RunRowsQuery } from './run-rows.query.js';
import { RunSchedulesQuery } from './run-schedules.query.js';

const PAGE = 50;

/** What a caller asks for when it asks for runs. */
export interface RunQuestion {
  readonly scheduleId?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly state?: readonly ShownState[] | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** Runs of many schedules together, and one run whole. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly places: RunPlacesQuery,
    private readonly rows: RunRowsQuery,
    private readonly schedules: RunSchedulesQuery,
    private readonly tenants: TenantScopes,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Returns a page of runs, the latest first; the first page with their number. Throws NotFound for the tenant and the schedule. */
  async page(caller: AccessScope, question: RunQuestion, after: Cursor | undefined) {
    const { scheduleId } = question;
    const filter = { ...(await this.filterOf(caller, question)), scheduleId };
    return this.database.read(async (tx) => {
      await this.schedules.list(tx, filter.scope, { jobId: undefined, scheduleId });
      const found = await this.places.find(tx, filter, after, PAGE);
      const total = after ? null : await this.places.count(tx, filter);
      const runs = await this.rows.list(tx, found.places);
      return runPage({ total, after: found.after }, runs, this.nameOf);
    }, caller);
  }

  /** Returns a run. Throws NotFound. */
  async get(caller: AccessScope, runId: string) {
    const detail = await this.database.read((tx) => this.rows.get(tx, caller, runId), caller);
    return runDetail(detail, this.nameOf, this.config.longestCallMs);
  }

  /** Returns which runs are asked for: none that are still to come, unless planned ones are. */
  async filterOf(caller: AccessScope, { tenantId, state, from, to }: RunQuestion): Promise<RunFilter> {
    const scope = await this.tenants.within(caller, tenantId);
    const states = state ?? BEGUN_STATES;
    const beyond = this.clock.now() + 1;
    const isPlannedMeant = states.includes('SCHEDULED');
    return { scope, states, from, to: isPlannedMeant ? to : Math.min(to ?? beyond, beyond) };
  }

  private readonly nameOf = (tenancyId: number) => this.tenants.nameOf(tenancyId);
}
