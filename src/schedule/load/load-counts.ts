import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../core/bounded-map.js';
import { Clock } from '../../core/clock.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import type { LoadRange } from '../../core/plan/load-range.js';
import { Database } from '../../database/database.js';
import { chunks } from '../../database/lists.js';
import type { Lane } from '../../database/tx.js';
import { Chores } from '../../replica/chores.js';
import { PlannedLoadReader } from './planned-load.reader.js';

/** So many planned runs are counted anew for each question: a few milliseconds. */
const FEW = 20_000;
/** Where there are more, a count is given again at once for so long. */
const MOST_AGE_MS = 2 * MINUTE_MS;
/** Of what was asked for within such a time it is made anew so often; only the latest questions are remembered. */
const WATCHED_MS = 15 * MINUTE_MS;
const RENEWED_MS = 45 * SECOND_MS;
const MOST_WATCHED = 20;
const MOST_KEPT = 100;
/** A count begins with this part of its range. */
const FIRST_PART = 16;
/** One statement is to count about so many: an embedded database is held for some ten milliseconds. */
const RUNS_AT_ONCE = 20_000;

/** What was counted, and when. */
interface Counted extends LoadRange {
  readonly counts: readonly number[];
  readonly total: number;
  readonly at: Instant;
}

/** What was asked for, and when. */
interface Watched {
  readonly scope: LoadScope;
  readonly range: LoadRange;
  readonly askedAt: Instant;
}

/** Whose planned runs, and a name for them. */
export interface LoadScope {
  readonly name: string;
  readonly tenancyIds: () => readonly number[];
}

/**
 * Counts planned runs for heat maps. Hundreds of thousands take longer than whoever looks at a page wants to wait, so large counts
 * are kept in memory for the next who asks, and made anew while somebody does; planning and dispatch do nothing for them.
 */
@Injectable()
export class LoadCounts {
  private readonly kept = new BoundedMap<Counted>(MOST_KEPT);
  private readonly watched = new Map<string, Watched>();
  private readonly underWay = new Map<string, Promise<Counted>>();

  constructor(
    private readonly database: Database,
    private readonly reader: PlannedLoadReader,
    private readonly clock: Clock,
    chores: Chores,
  ) {
    chores.register({ name: 'planned-load', everyMs: RENEWED_MS, run: () => this.renew() });
  }

  /** Returns how many planned runs are due in each step of a range; `lane` says who asks, so that many questions of one keep no others waiting. */
  async get(scope: LoadScope, range: LoadRange, lane: Lane): Promise<readonly number[]> {
    const key = [scope.name, range.stepMs, range.from % range.stepMs].join();
    const kept = this.kept.get(key);
    const now = this.clock.now();
    const isUsable = kept && covers(kept, range) && kept.total > FEW && now - kept.at <= MOST_AGE_MS;
    const counted = isUsable ? kept : await this.counted(key, { scope, range }, lane);
    if (counted.total > FEW) this.watch(key, { scope, range, askedAt: now });
    return part(counted, range);
  }

  /** Counts anew what was large and asked for lately. */
  async renew(): Promise<void> {
    const since = this.clock.now() - WATCHED_MS;
    for (const [key, { scope, range, askedAt }] of [...this.watched]) {
      if (askedAt < since) this.watched.delete(key);
      else await this.counted(key, { scope, range }, 'requests');
    }
  }

  private watch(key: string, watched: Watched): void {
    this.watched.delete(key);
    this.watched.set(key, watched);
    const [oldest] = this.watched.keys();
    if (this.watched.size > MOST_WATCHED && oldest !== undefined) this.watched.delete(oldest);
  }

  /** Who asks for the same while it is counted waits for that count. */
  private async counted(
    key: string,
    { scope, range }: Omit<Watched, 'askedAt'>,
    lane: Lane,
  ): Promise<Counted> {
    // Asked again in a while, the range begins later.
    const steps = range.steps + Math.ceil(WATCHED_MS / range.stepMs);
    const name = [key, range.from, steps].join();
    let counting = this.underWay.get(name);
    if (counting === undefined) {
      counting = this.count(scope, { ...range, steps }, lane).finally(() => this.underWay.delete(name));
      this.underWay.set(name, counting);
    }
    const counted = await counting;
    this.kept.set(key, counted);
    return counted;
  }

  /** Many short reads with others between them. */
  private async count({ tenancyIds }: LoadScope, range: LoadRange, lane: Lane): Promise<Counted> {
    const at = this.clock.now();
    const counts = Array.from({ length: range.steps }, () => 0);
    let total = 0;
    let width = Math.ceil(range.steps / FIRST_PART);
    for (const ids of chunks(tenancyIds())) {
      for (let step = 0; step < range.steps;) {
        const steps = Math.min(width, range.steps - step);
        const slice = { from: range.from + step * range.stepMs, stepMs: range.stepMs, steps };
        const found = await this.database.read((tx) => this.reader.list(tx, ids, slice), lane);
        let runs = 0;
        for (const [place, count] of found) {
          counts[step + place] = (counts[step + place] ?? 0) + count;
          runs += count;
        }
        total += runs;
        step += steps;
        if (runs < RUNS_AT_ONCE / 2) width = Math.min(range.steps, width * 2);
        else if (runs > RUNS_AT_ONCE * 2) width = Math.max(1, Math.ceil(width / 2));
      }
    }
    return { ...range, counts, total, at };
  }
}

function covers(kept: Counted, { from, steps }: LoadRange): boolean {
  return from >= kept.from && from + steps * kept.stepMs <= kept.from + kept.steps * kept.stepMs;
}

function part({ counts, from: first, stepMs }: Counted, { from, steps }: LoadRange): readonly number[] {
  const begin = (from - first) / stepMs;
  return counts.slice(begin, begin + steps);
}
