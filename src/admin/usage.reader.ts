import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { InvalidInput } from '../core/errors.js';
import { DAY_MS, type Instant } from '../core/instant.js';
import { Database } from '../database/database.js';
import { FAILED_STATES, STARTED_STATES } from '../database/entities/stored-values.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';

/** Days as `YYYY-MM-DD` (UTC), both included. */
export interface UsageQuestion {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly tenantId: string | undefined;
}

/** What one tenant used on one day. Lateness is in milliseconds from the planned time to the call, null where nothing was called. */
export interface DayUsage {
  readonly day: string;
  readonly tenantId: string;
  readonly subdomain: string;
  readonly runs: number;
  readonly failures: number;
  /** Bytes of run logs that were stored on that day, as far as replicas have settled them. */
  readonly logBytes: number;
  readonly latenessP50Ms: number | null;
  readonly latenessP99Ms: number | null;
}

interface Row {
  tenancy_id: number;
  day: number | string;
  late: number | string | null;
  runs: number | string;
  failures: number | string;
}

const MOST_DAYS = 31;
/** Lateness in steps: of 10 ms below a second, of 100 ms below ten, of 1 s beyond. The database counts runs per step, whatever their number. */
const LATE = 'CASE WHEN executed_at > due_at THEN executed_at - due_at ELSE 0 END';
const STEP = `CASE WHEN executed_at IS NULL THEN NULL
  WHEN ${LATE} < 1000 THEN ${LATE} - ${LATE} % 10
  WHEN ${LATE} < 10000 THEN ${LATE} - ${LATE} % 100
  ELSE ${LATE} - ${LATE} % 1000 END`;

/** Reads what tenants used per day, over the runs that are still kept. */
@Injectable()
export class UsageReader {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly index: TenancyIndex,
  ) {}

  /** Returns usage per tenant and day of an instance, newest day first; today where no days are named. Throws InvalidInput for more than 31 days. */
  async list(instanceId: number, question: UsageQuestion): Promise<DayUsage[]> {
    const { from, until } = this.daysOf(question);
    const tenancies = this.index
      .ofInstance(instanceId)
      .filter(({ tenantId }) => (question.tenantId?.toLowerCase() ?? tenantId) === tenantId);
    const usages: DayUsage[] = [];
    for (const tenancy of tenancies) usages.push(...(await this.usageOf(tenancy, from, until)));
    return usages.sort((a, b) => b.day.localeCompare(a.day) || a.subdomain.localeCompare(b.subdomain));
  }

  private async usageOf(tenancy: Tenancy, from: Instant, until: Instant): Promise<DayUsage[]> {
    const rows = await this.database.read((tx) =>
      tx.query<Row>(
        `SELECT day, late, COUNT(*) AS runs, SUM(failed) AS failures FROM (
           SELECT due_at - due_at % ${DAY_MS} AS day, ${STEP} AS late,
             CASE WHEN state IN (${FAILED_STATES}) THEN 1 ELSE 0 END AS failed
           FROM run WHERE state IN (${STARTED_STATES}) AND tenancy_id = ? AND due_at >= ? AND due_at < ?
         ) AS r GROUP BY day, late ORDER BY day, late`,
        [tenancy.id, from, until],
      ),
    );
    const stored = await this.logBytesOf(tenancy, from, until);
    const days = [...new Set([...rows.map((row) => Number(row.day)), ...stored.keys()])];
    return days.map((day) => {
      const steps = rows.filter((row) => Number(row.day) === day);
      return dayUsage(tenancy, { day, logBytes: stored.get(day) ?? 0 }, steps);
    });
  }

  private async logBytesOf({ id }: Tenancy, from: Instant, until: Instant): Promise<Map<Instant, number>> {
    const rows = await this.database.read((tx) =>
      tx.query<{ day: number | string; bytes: number | string }>(
        'SELECT day, bytes FROM log_bytes WHERE tenancy_id = ? AND day >= ? AND day < ?',
        [id, from, until],
      ),
    );
    return new Map(rows.map(({ day, bytes }) => [Number(day), Number(bytes)]));
  }

  private daysOf({ from, to }: UsageQuestion): { from: Instant; until: Instant } {
    const now = this.clock.now();
    const last = to === undefined ? now - (now % DAY_MS) : Date.parse(to);
    const first = from === undefined ? Math.min(last, now - (now % DAY_MS)) : Date.parse(from);
    if (first > last || last - first >= MOST_DAYS * DAY_MS) {
      throw new InvalidInput(`'from' and 'to' must enclose 1 to ${MOST_DAYS} days.`, 'from');
    }
    return { from: first, until: last + DAY_MS };
  }
}

function dayUsage(
  { tenantId, subdomain }: Tenancy,
  { day, logBytes }: { day: Instant; logBytes: number },
  steps: readonly Row[],
): DayUsage {
  const called = steps.flatMap(({ late, runs }) =>
    late === null ? [] : [{ late: Number(late), runs: Number(runs) }],
  );
  const sum = (values: readonly (number | string)[]) =>
    values.reduce<number>((total, value) => total + Number(value), 0);
  return {
    day: new Date(day).toISOString().slice(0, 10),
    tenantId,
    subdomain,
    runs: sum(steps.map((step) => step.runs)),
    failures: sum(steps.map((step) => step.failures)),
    logBytes,
    latenessP50Ms: quantile(called, 0.5),
    latenessP99Ms: quantile(called, 0.99),
  };
}

function quantile(steps: readonly { late: number; runs: number }[], part: number): number | null {
  const wanted = Math.ceil(steps.reduce((total, step) => total + step.runs, 0) * part);
  let passed = 0;
  return steps.find((step) => (passed += step.runs) >= wanted)?.late ?? null;
}
