import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../core/bounded-map.js';
import { Clock } from '../core/clock.js';
import { DAY_MS, MINUTE_MS, type Instant } from '../core/instant.js';
import type { Tx } from '../database/tx.js';

/** Whole days, the last one excluded. */
export interface Days {
  readonly from: Instant;
  readonly until: Instant;
}

/** How many tenants of an instance used something on a day. */
export interface DayCount {
  readonly day: Instant;
  readonly tenants: number;
}

/** Days that are over hardly change: for so long they are not counted again, and a count may be as old. */
const COUNTED_FOR_MS = MINUTE_MS;
const MOST_COUNTED = 200;

/** Counts the tenants that used something, day by day: hundreds of thousands of entries of an index for a month of 10,000 tenants. */
@Injectable()
export class UsageDaysReader {
  private readonly counted = new BoundedMap<{ readonly at: Instant; readonly counts: DayCount[] }>(
    MOST_COUNTED,
  );

  constructor(private readonly clock: Clock) {}

  /** Returns the days on which somebody used something, newest first: those before yesterday as they were up to a minute ago. */
  async list(tx: Tx, instanceId: number, { from, until }: Days): Promise<DayCount[]> {
    const now = this.clock.now();
    const yesterday = now - (now % DAY_MS) - DAY_MS;
    const latest = await count(tx, instanceId, { from: Math.max(from, yesterday), until });
    return [...latest, ...(await this.former(tx, instanceId, { from, until: Math.min(until, yesterday) }))];
  }

  private async former(tx: Tx, instanceId: number, days: Days): Promise<DayCount[]> {
    const key = `${instanceId} ${days.from} ${days.until}`;
    const now = this.clock.now();
    const known = this.counted.get(key);
    if (known && Math.abs(now - known.at) < COUNTED_FOR_MS) return known.counts;
    const counts = await count(tx, instanceId, days);
    this.counted.set(key, { at: now, counts });
    return counts;
  }
}

async function count(tx: Tx, instanceId: number, { from, until }: Days): Promise<DayCount[]> {
  if (from >= until) return [];
  const rows = await tx.query<{ day: number | string; n: number | string }>(
    `SELECT day, COUNT(*) AS n FROM usage_day ${tx.dialect.useIndex('usage_day_instance')}
     WHERE instance_id = ? AND day >= ? AND day < ? GROUP BY day ORDER BY day DESC`,
    [instanceId, from, until],
  );
  return rows.map(({ day, n }) => ({ day: Number(day), tenants: Number(n) }));
}
