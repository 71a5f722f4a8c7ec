import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import { HOUR_MS, type Instant } from '../../../core/instant.js';
import { Database } from '../../../database/database.js';
import type { RowScope } from '../../../database/scoped.js';
import type { Tx } from '../../../database/tx.js';
import { MINUTES_KEPT_MS, RunCountsReader } from '../../../statistics/counts/run-counts.reader.js';
import { outcomeLists, type Outcomes } from '../overview/outcomes.js';
import { OutcomesQuery, type Span } from '../overview/outcomes.query.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { TenantScopes } from '../tenant-scopes.js';
import { CountsQuery } from './counts.query.js';
import { hoursOf, knownSpan, minutesOf, type AskedSpan, type Steps } from './steps.js';

/** So many rows of hours are added up for an answer: 10 ms. */
export const MOST_HOURS = 10_000;

interface Told extends Steps {
  readonly outcomes: readonly Outcomes[];
  readonly source: 'runs' | 'minutes' | 'hours';
}

/** What became of the calls of a span of time, by minute or hour, from what is quick to read: never from a scan of runs. */
@Injectable()
export class OutcomesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly counts: RunCountsReader,
    private readonly sums: CountsQuery,
    private readonly runs: OutcomesQuery,
    private readonly tenants: TenantScopes,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns the outcomes of the caller's scope, or of the tenant that it names in it. Throws NotFound for the tenant. */
  async get(
    caller: AccessScope,
    { tenantId, from, to }: AskedSpan & { readonly tenantId?: string | undefined },
  ): Promise<TaggedAnswer> {
    const scope = await this.tenants.within(caller, tenantId);
    return this.shared.get(scope, ['outcomes', from, to], () =>
      this.database.read((tx) => this.read(tx, scope, { from, to }), caller),
    );
  }

  private async read(tx: Tx, scope: RowScope, asked: AskedSpan) {
    const { kind, instanceId, tenancyId } = scope;
    const now = this.clock.now();
    const isOfTenant = kind === 'tenant';
    const countedFrom = isOfTenant
      ? await this.runs.firstRunAt(tx, tenancyId)
      : await this.counts.firstAt(tx, instanceId);
    const span = knownSpan(asked, now, countedFrom);
    if (!span) return { countedFrom, outcomes: null };
    const told = isOfTenant
      ? await this.ofTenant(tx, tenancyId, span)
      : await this.ofInstance(tx, instanceId, { span, now, isOpen: asked.from === undefined });
    if (!told) return { countedFrom, outcomes: null };
    const { outcomes, parts, from, source } = told;
    return {
      countedFrom,
      outcomes: { ...outcomeLists(outcomes, parts, from), isAbout: source !== 'runs', source },
    };
  }

  /** The runs of a few hours are counted themselves where they are few. */
  private async ofTenant(tx: Tx, tenancyId: number, span: Span): Promise<Told | null> {
    const minutes = minutesOf(span);
    if (minutes && (await this.runs.areFew(tx, tenancyId, minutes))) {
      const outcomes = await this.runs.list(tx, tenancyId, minutes, minutes.parts.stepMs);
      return { ...minutes, outcomes, source: 'runs' };
    }
    const hours = hoursOf(span);
    if (!hours) return null;
    const outcomes = await this.counts.hours(tx, tenancyId, hours.from, hours.to);
    return { ...hours, outcomes, source: 'hours' };
  }

  /** The hours of many tenants are too many rows: their instance has its minutes, of the last two days. */
  private async ofInstance(
    tx: Tx,
    instanceId: number,
    { span, now, isOpen }: { readonly span: Span; readonly now: Instant; readonly isOpen: boolean },
  ): Promise<Told | null> {
    const ofMinutes = await this.ofMinutes(tx, instanceId, { span, now });
    if (ofMinutes) return ofMinutes;
    const hours = hoursOf(span);
    if (hours && (await this.sums.areHoursFew(tx, instanceId, hours, MOST_HOURS))) {
      const outcomes = await this.sums.hoursOfTenants(tx, instanceId, hours);
      return { ...hours, outcomes, source: 'hours' };
    }
    const latest = { from: Math.max(span.from, firstKept(now)), to: span.to };
    return isOpen && latest.from < latest.to ? this.ofMinutes(tx, instanceId, { span: latest, now }) : null;
  }

  private async ofMinutes(
    tx: Tx,
    instanceId: number,
    { span, now }: { readonly span: Span; readonly now: Instant },
  ): Promise<Told | null> {
    const minutes = minutesOf(span);
    const steps = minutes ?? hoursOf(span);
    if (!steps || steps.from < firstKept(now)) return null;
    if (!(await this.sums.haveMinutes(tx, instanceId, steps))) return null;
    const outcomes = minutes
      ? await this.counts.minutes(tx, instanceId, steps.from, steps.to)
      : await this.sums.hoursOfMinutes(tx, instanceId, steps);
    return { ...steps, outcomes, source: 'minutes' };
  }
}

/** Returns the first whole hour of which the minutes are all kept. */
function firstKept(now: Instant): Instant {
  const oldest = now - MINUTES_KEPT_MS;
  return oldest + HOUR_MS - (oldest % HOUR_MS);
}
