import { SECOND_MS, type Instant } from '../instant.js';
import { nextRunAt, previousRunAt, type Cron, type DailyAt } from './pattern.js';

/** A time in which planned runs count for the choice of an offset: both ends included. */
export interface SpreadWindow {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

/** What an offset is chosen for (schedule-extensions.md, "When it may be late on purpose"). */
export interface SpreadInput {
  readonly scheduleId: string;
  /** The instants of the pattern after which planned runs are looked at, the next one last; none where it has no firing left. */
  readonly instants: readonly Instant[];
  readonly spreadMs: number;
}

/**
 * Returns the instants of a pattern whose windows tell how its seconds are taken: the next one, and the one before it while its
 * window lasts. Schedules of the same pattern have their one planned run in either, as their own offset has passed or not.
 */
export function spreadInstants(
  pattern: Cron | DailyAt,
  { after, now, spreadMs }: { readonly after: Instant; readonly now: Instant; readonly spreadMs: number },
): Instant[] {
  const next = nextRunAt(pattern, after);
  if (next === null) return [];
  const before = previousRunAt(pattern, next - 1, now - spreadMs);
  return before === null ? [next] : [before, next];
}

/** Returns the windows in which planned runs are to be looked up for these choices, without overlap and at most so many. */
export function windowsOf(inputs: readonly SpreadInput[], most: number): SpreadWindow[] {
  const all = inputs
    .flatMap(({ instants, spreadMs }) => instants.map((fromAt) => ({ fromAt, toAt: fromAt + spreadMs })))
    .sort((a, b) => a.fromAt - b.fromAt);
  const merged: SpreadWindow[] = [];
  for (const window of all) {
    const latest = merged.at(-1);
    if (latest === undefined || window.fromAt > latest.toAt) merged.push(window);
    else merged[merged.length - 1] = { fromAt: latest.fromAt, toAt: Math.max(latest.toAt, window.toAt) };
  }
  return merged.slice(0, most);
}

/** How many planned runs each offset of a window would join, added up over the windows of one pattern. */
interface Joined {
  readonly key: string;
  readonly input: SpreadInput;
  readonly counts: Uint32Array;
  /** The least of the counts, and how many offsets have it still. */
  least: number;
  left: number;
}

/**
 * Chooses offsets: for each schedule the least loaded second of its window, where several are, one by a hash of its id. What was
 * chosen counts for what is chosen after it, so the schedules of one request do not meet.
 */
export class SpreadChoices {
  private readonly counts: Map<Instant, number>;
  /** Of the pattern of the choice before, and of no other: a window of a day has 86,401 offsets, and a request as many patterns as schedules. */
  private latest: Joined | null = null;

  /** `counts` tells how many planned runs are due in a second, by the instant at which it begins. */
  constructor(counts: ReadonlyMap<Instant, number>) {
    this.counts = new Map(counts);
  }

  /** Returns the offset in milliseconds: whole seconds from 0 to the spread. */
  choose(input: SpreadInput): number {
    const joined = this.joinedBy(input);
    const offset = leastPlace(joined, hashOf(input.scheduleId)) * SECOND_MS;
    const next = input.instants.at(-1);
    if (next !== undefined) this.add(joined, secondOf(next + offset));
    return offset;
  }

  private joinedBy(input: SpreadInput): Joined {
    const { instants, spreadMs } = input;
    const key = [spreadMs, ...instants].join();
    if (this.latest?.key === key) return this.latest;
    const counts = new Uint32Array(Math.floor(spreadMs / SECOND_MS) + 1);
    const joined: Joined = { key, input, counts, least: 0, left: counts.length };
    for (const from of instants.map(secondOf)) {
      if (counts.length > this.counts.size) {
        for (const [second, runs] of this.counts) addAt(joined, (second - from) / SECOND_MS, runs);
      } else {
        for (let place = 0; place < counts.length; place++)
          addAt(joined, place, this.counts.get(from + place * SECOND_MS) ?? 0);
      }
    }
    this.latest = joined;
    return joined;
  }

  private add(joined: Joined, second: Instant): void {
    this.counts.set(second, (this.counts.get(second) ?? 0) + 1);
    for (const from of joined.input.instants.map(secondOf)) addAt(joined, (second - from) / SECOND_MS, 1);
  }
}

/** Adds runs at a place; one outside the window is nobody's. */
function addAt(joined: Joined, place: number, runs: number): void {
  const before = joined.counts[place];
  if (before === undefined || runs === 0) return;
  if (before === joined.least) joined.left -= 1;
  joined.counts[place] = before + runs;
}

/**
 * Returns the instant after which a schedule that is switched on plans: with an offset, a firing whose instant has passed is still
 * to come until it is due. None before the schedule had its timing.
 */
export function plannedAfter(
  { spreadOffset, timedAt }: { readonly spreadOffset: number | null; readonly timedAt: Instant },
  now: Instant,
): Instant {
  return spreadOffset === null ? now : Math.max(now - spreadOffset, Math.min(timedAt, now));
}

/** Returns when the run of an instant is due. */
export function dueOf(plannedAt: Instant, spreadOffset: number | null | undefined): Instant {
  return plannedAt + (spreadOffset ?? 0);
}

const secondOf = (at: Instant) => at - (at % SECOND_MS);

/** Returns a place with the least count: the first one from a place on that a number says. */
function leastPlace(joined: Joined, number: number): number {
  const { counts } = joined;
  if (joined.left === 0) {
    joined.least = Infinity;
    for (let at = 0; at < counts.length; at++) {
      const runs = counts[at] ?? 0;
      if (runs < joined.least) [joined.least, joined.left] = [runs, 0];
      if (runs === joined.least) joined.left += 1;
    }
  }
  let place = number % counts.length;
  while (counts[place] !== joined.least) place = (place + 1) % counts.length;
  return place;
}

/** FNV-1a of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193) >>> 0;
  // The last bits of FNV follow those of its last characters too closely.
  return (hash ^ (hash >>> 15)) >>> 0;
}
