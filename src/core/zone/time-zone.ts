import { DAY_MS, LAST_INSTANT, MINUTE_MS, SECOND_MS, type Instant } from '../instant.js';
import { probedOffset } from './zone-offset.js';

/**
 * A stretch of time in which a zone keeps its offset: [`start`, `end`). Where a stretch begins or ends without a change
 * of the clock, because the table is kept in parts, `before` or `after` equals `offset`. All in milliseconds.
 */
export interface Segment {
  readonly start: Instant;
  readonly end: Instant;
  readonly offset: number;
  /** The offset up to `start`. */
  readonly before: number;
  /** The offset from `end` on. */
  readonly after: number;
}

/** A part of the table: a little more than a year, so that an instant finds its part by one division. */
const PART_MS = 400 * DAY_MS;
const PARTS = Math.ceil((LAST_INSTANT + 1) / PART_MS);
/**
 * How far apart the offset is looked up while changes are searched. The two closest changes since 1970 are a week less
 * an hour apart (Brazil in October 2000, and Gaza in some years to come); no rule that ICU repeats for ever changes twice within four months.
 */
const PROBE_MS = 6 * DAY_MS;
const PROBE_LATER_MS = 60 * DAY_MS;
/** Nearly all clocks change at a full quarter of an hour of UTC; Monrovia in 1972 did not. */
const USUAL_MS = 15 * MINUTE_MS;
/** So far from a change local times may be missing or come twice: no clock was ever moved by more than a day. */
const NEAR_MS = 2 * DAY_MS;
/** After this instant ICU has rules only, and no lists of single changes. */
const LISTED_UNTIL = Date.UTC(2100, 0, 1);

/** The offsets of one zone since 1970, looked up part by part where they are needed. Before 1970 the first offset counts. */
export class TimeZone {
  private readonly parts = new Array<readonly Segment[] | undefined>(PARTS).fill(undefined);
  private readonly earliest: Segment;

  /** Throws RangeError for a zone that ICU does not know. */
  constructor(private readonly name: string) {
    const offset = probedOffset(name, 0);
    this.earliest = { start: -Infinity, end: 0, offset, before: offset, after: offset };
  }

  /** Returns the segment in which an instant lies; the last one goes on beyond the year 2999. */
  segmentAt(at: Instant): Segment {
    if (at < 0) return this.earliest;
    const place = Math.min(Math.floor(at / PART_MS), PARTS - 1);
    // Parts end a little before or after their place where clocks change around it.
    return this.find(place, at) ?? this.find(place - 1, at) ?? this.find(place + 1, at) ?? this.earliest;
  }

  /** Returns how far the zone is ahead of UTC at an instant, in milliseconds. */
  offsetAt(at: Instant): number {
    return this.segmentAt(at).offset;
  }

  private find(place: number, at: Instant): Segment | null {
    if (place < 0 || place >= PARTS) return null;
    const part = this.parts[place] ?? (this.parts[place] = this.build(place));
    for (const segment of part) if (at < segment.end) return at >= segment.start ? segment : null;
    return null;
  }

  private build(place: number): Segment[] {
    const from = this.startOf(place);
    const isLast = place === PARTS - 1;
    builtParts += 1;
    const to = isLast ? PARTS * PART_MS : this.startOf(place + 1);
    const segments: Segment[] = [];
    let before = probedOffset(this.name, Math.max(from - SECOND_MS, 0));
    let start = from;
    let offset = probedOffset(this.name, from);
    for (const change of this.changesIn(from, to)) {
      segments.push({ start, end: change.at, offset, before, after: change.offset });
      [before, start, offset] = [offset, change.at, change.offset];
    }
    const after = isLast ? offset : probedOffset(this.name, to);
    segments.push({ start, end: isLast ? Infinity : to, offset, before, after });
    return segments;
  }

  /** Returns where a part begins: at a change of the clock that is near, so that no local time around one lies in two parts. */
  private startOf(place: number): Instant {
    const usual = place * PART_MS;
    if (place === 0) return usual;
    const [low, high] = [usual - NEAR_MS, usual + NEAR_MS];
    const offset = probedOffset(this.name, low);
    return probedOffset(this.name, high) === offset ? usual : this.changeBetween(low, high, offset);
  }

  /** Returns the changes of the offset within (`from`, `to`), in their order. */
  private changesIn(from: Instant, to: Instant): { at: Instant; offset: number }[] {
    const step = from >= LISTED_UNTIL ? PROBE_LATER_MS : PROBE_MS;
    const changes: { at: Instant; offset: number }[] = [];
    let offset = probedOffset(this.name, from);
    for (let low = from; low < to - SECOND_MS; low = Math.min(low + step, to - SECOND_MS)) {
      const high = Math.min(low + step, to - SECOND_MS);
      const later = probedOffset(this.name, high);
      if (later === offset) continue;
      changes.push({ at: this.changeBetween(low, high, offset), offset: later });
      offset = later;
    }
    return changes;
  }

  /** Returns the first whole second after `low`, whose offset is given, that has another one, as `high` has. */
  private changeBetween(low: Instant, high: Instant, offset: number): Instant {
    let [same, other] = [low, high];
    for (const grid of [USUAL_MS, SECOND_MS]) {
      while (other - same > grid) {
        const middle = Math.ceil((same + other) / 2 / grid) * grid;
        if (middle >= other) break;
        if (probedOffset(this.name, middle) === offset) same = middle;
        else other = middle;
      }
      if (probedOffset(this.name, other - SECOND_MS) === offset) break;
    }
    return other;
  }
}

/**
 * A part takes some 0.4 kB, and a zone without parts 8 kB: 16 MB in all. ICU has some 600 names, aliases included; each that is in use
 * needs the part of this year and now and then the next, and all of them together are to stay.
 */
const MOST_PARTS = 20_000;
const zones = new Map<string, TimeZone>();
let builtParts = 0;

/**
 * Returns the offsets of a zone. Throws RangeError for a name that ICU does not know. When there are too many parts, all are
 * forgotten and computed again: cheaper for each look-up than to note which one was used last.
 */
export function timeZone(name: string): TimeZone {
  if (builtParts > MOST_PARTS) {
    zones.clear();
    builtParts = 0;
  }
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new TimeZone(name);
  zones.set(name, zone);
  return zone;
}
