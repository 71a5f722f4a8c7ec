import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { InvalidInput } from '../core/errors.js';
import { DAY_MS, type Instant } from '../core/instant.js';
import { latenessOf, type LateCalls } from '../core/lateness.js';
import { Database } from '../database/database.js';
import { marks } from '../database/lists.js';
import type { Tx } from '../database/tx.js';
import type { Page, Part } from '../http/page.js';
import { RunUsage } from '../run-log/usage/run-usage.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';
import { UsageDaysReader, type Days } from './usage-days.reader.js';

/** Days as `YYYY-MM-DD` (UTC), both included. */
export interface UsageQuestion {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Lower case. */
  readonly tenantId: string | undefined;
}

/**
 * What one tenant used on one day: runs that have ended, by the day on which they were due. Lateness is in milliseconds
 * from then to the call, in steps (`latenessStep`), null where nothing was called.
 */
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

/** A page of usages, with the days that were asked for: its neighbours are pages of the same ones. */
export interface UsagePart extends Part<DayUsage> {
  readonly from: string;
  readonly to: string;
}

/** A tenancy that used something on a day. */
interface Place {
  readonly tenancy: Tenancy;
  readonly day: Instant;
}

interface SumRow {
  tenancy_id: number;
  day: number | string;
  runs: number | string;
  failures: number | string;
  bytes: number | string | null;
}

interface LateRow {
  tenancy_id: number;
  day: number | string;
  late: number | string;
  calls: number | string;
}

const MOST_DAYS = 31;

/** Reads what tenants used per day: sums that are kept as runs end, and not the runs. */
@Injectable()
export class UsageReader {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly index: TenancyIndex,
    private readonly usage: RunUsage,
    private readonly days: UsageDaysReader,
  ) {}

  /**
   * Returns a part of the usage per tenant and day of an instance, newest day first, by subdomain within a day; today
   * where no days are named. Throws InvalidInput for more than 31 days.
   */
  async list(instanceId: number, question: UsageQuestion, page: Page): Promise<UsagePart> {
    const days = this.daysOf(question);
    const { tenantId } = question;
    await this.usage.addUp();
    const part = await this.database.read(async (tx) => {
      const { total, places } =
        tenantId === undefined
          ? await this.placesOf(tx, { instanceId, days }, page)
          : await this.placesOfTenant(tx, { instanceId, tenantId, days }, page);
      return { total, results: await usagesOf(tx, places) };
    });
    return { ...part, from: dayText(days.from), to: dayText(days.until - DAY_MS) };
  }

  /** Days are only counted; those that the page touches are put in order. */
  private async placesOf(
    tx: Tx,
    { instanceId, days }: { instanceId: number; days: Days },
    page: Page,
  ): Promise<{ total: number; places: Place[] }> {
    const places: Place[] = [];
    let total = 0;
    for (const { day, tenants } of await this.days.list(tx, instanceId, days)) {
      const first = Math.max(0, page.offset - total);
      const left = page.pageSize - places.length;
      if (first < tenants && left > 0) {
        const ofDay = await this.placesOfDay(tx, instanceId, day);
        places.push(...ofDay.slice(first, first + left));
      }
      total += tenants;
    }
    return { total, places };
  }

  private async placesOfDay(tx: Tx, instanceId: number, day: Instant): Promise<Place[]> {
    const rows = await tx.query<{ id: number }>(
      `SELECT tenancy_id AS id FROM usage_day ${tx.dialect.useIndex('usage_day_instance')}
       WHERE instance_id = ? AND day = ?`,
      [instanceId, day],
    );
    // One that is just being deleted is not known any more, and its rows go with it.
    const tenancies = rows.flatMap(({ id }) => this.index.find(id) ?? []);
    tenancies.sort((a, b) => (a.subdomain < b.subdomain ? -1 : 1));
    return tenancies.map((tenancy) => ({ tenancy, day }));
  }

  private async placesOfTenant(
    tx: Tx,
    { instanceId, tenantId, days }: { instanceId: number; tenantId: string; days: Days },
    { offset, pageSize }: Page,
  ): Promise<{ total: number; places: Place[] }> {
    const tenancy = this.index.findByTenant(instanceId, tenantId);
    if (tenancy === null) return { total: 0, places: [] };
    const rows = await tx.query<{ day: number | string }>(
      'SELECT day FROM usage_day WHERE tenancy_id = ? AND day >= ? AND day < ? ORDER BY day DESC',
      [tenancy.id, days.from, days.until],
    );
    const places = rows.slice(offset, offset + pageSize).map(({ day }) => ({ tenancy, day: Number(day) }));
    return { total: rows.length, places };
  }

  private daysOf({ from, to }: UsageQuestion): Days {
    const now = this.clock.now();
    const last = to === undefined ? now - (now % DAY_MS) : Date.parse(to);
    const first = from === undefined ? Math.min(last, now - (now % DAY_MS)) : Date.parse(from);
    if (first > last || last - first >= MOST_DAYS * DAY_MS) {
      throw new InvalidInput(`'from' and 'to' must enclose 1 to ${MOST_DAYS} days.`, 'from');
    }
    return { from: first, until: last + DAY_MS };
  }
}

/** Reads the sums of all places at once: those of all their tenancies from the first of their days to the last. */
async function usagesOf(tx: Tx, places: readonly Place[]): Promise<DayUsage[]> {
  if (places.length === 0) return [];
  const ids = [...new Set(places.map(({ tenancy }) => tenancy.id))];
  const days = places.map(({ day }) => day);
  const range = [...ids, Math.min(...days), Math.max(...days)];
  const those = (alias: string) =>
    `${alias}.tenancy_id IN (${marks(ids)}) AND ${alias}.day >= ? AND ${alias}.day <= ?`;
  const sums = await tx.query<SumRow>(
    `SELECT u.tenancy_id, u.day, u.runs, u.failures, b.bytes FROM usage_day u
     LEFT JOIN log_bytes b ON b.tenancy_id = u.tenancy_id AND b.day = u.day WHERE ${those('u')}`,
    range,
  );
  const late = await tx.query<LateRow>(
    `SELECT l.tenancy_id, l.day, l.late, l.calls FROM usage_late l WHERE ${those('l')}
     ORDER BY l.tenancy_id, l.day, l.late`,
    range,
  );
  const keyOf = (row: { tenancy_id: number; day: number | string }) => `${row.tenancy_id} ${row.day}`;
  const sumOf = new Map(sums.map((row) => [keyOf(row), row]));
  const stepsOf = new Map<string, LateCalls[]>();
  for (const row of late) {
    const steps = stepsOf.get(keyOf(row)) ?? [];
    stepsOf.set(keyOf(row), steps);
    steps.push({ lateMs: Number(row.late), calls: Number(row.calls) });
  }
  return places.flatMap(({ tenancy, day }) => {
    const key = keyOf({ tenancy_id: tenancy.id, day });
    const sum = sumOf.get(key);
    return sum ? [dayUsage(tenancy, sum, stepsOf.get(key) ?? [])] : [];
  });
}

function dayUsage({ tenantId, subdomain }: Tenancy, sum: SumRow, steps: readonly LateCalls[]): DayUsage {
  return {
    day: dayText(Number(sum.day)),
    tenantId,
    subdomain,
    runs: Number(sum.runs),
    failures: Number(sum.failures),
    logBytes: Number(sum.bytes ?? 0),
    latenessP50Ms: latenessOf(steps, 0.5),
    latenessP99Ms: latenessOf(steps, 0.99),
  };
}

function dayText(day: Instant): string {
  return new Date(day).toISOString().slice(0, 10);
}
