import { DAY_MS, LAST_INSTANT, type Instant } from '../instant.js';
import { timeZone, type Segment } from '../zone/time-zone.js';
import type { Dst, ZoneRule } from '../zone/zone-rule.js';
import { countMatches, nextMatch, previousMatch, type LocalPattern } from './local-pattern.js';

/**
 * How local times become instants. Within a segment of constant offset, the search is that of UTC, moved by the
 * offset. Each segment takes the local times in [`firstLocal`, `endLocal`); what lies before its first instant fell
 * into the gap before it and fires at this instant. So each local time belongs to the segments in which it fires, in
 * none of them twice, and the three functions below agree because they use the same bounds.
 */

/** Every instant counts that exists and matches, whatever the clocks do: what fires around the clock goes by elapsed time. */
const ELAPSED: Dst = { gap: 'skip', overlap: 'both' };
const ALL_HOURS = 0xffffff;
/** Local times are less than a day away from UTC. */
const MOST_OFFSET_MS = DAY_MS;
/** No pattern names an earlier local time: cron begins with 1970. */
const FIRST_LOCAL = 0;

/**
 * After so many matches in a row that clocks jumped over, none is looked for any more: by then each kind of year has been
 * seen, and the search would read the table of the zone up to the year 2999, a tenth of a second for each zone. They are
 * counted from when on ICU repeats rules; the few lists that go on follow the moon and meet no pattern year after year.
 */
const MOST_JUMPED_OVER = 20;
const RULES_FROM = Date.UTC(2038, 0, 1);

/** A pattern that has a zone. */
export type ZonedPattern = LocalPattern & { readonly zone: ZoneRule };

/** Returns whether a pattern goes by elapsed time: its hours are all 24 (schedule-extensions.md, "Fine patterns"). */
export function isFine(pattern: LocalPattern): boolean {
  return pattern.kind === 'cron' && pattern.fields.hours === ALL_HOURS;
}

/** Returns what happens to the firings of a pattern where clocks change. */
export function dstOf(pattern: ZonedPattern): Dst {
  return isFine(pattern) ? ELAPSED : pattern.zone;
}

/** Returns the first firing strictly after `after`, null where none comes up to the year 2999 or clocks jump over each. */
export function nextInZone(pattern: ZonedPattern, after: Instant): Instant | null {
  if (after >= LAST_INSTANT) return null;
  const zone = timeZone(pattern.zone.zone);
  const dst = dstOf(pattern);
  const from = after + 1;
  let segment = zone.segmentAt(from);
  let searched = Math.max(firstLocal(segment, dst), FIRST_LOCAL);
  if (from > segment.start) searched = Math.max(searched, from + segment.offset);
  let match = nextMatch(pattern, searched - 1);
  let jumpedOver = 0;
  while (match === null || match >= endLocal(segment, dst)) {
    if (segment.end > LAST_INSTANT || jumpedOver > MOST_JUMPED_OVER) return null;
    segment = zone.segmentAt(Math.max(segment.end, (match ?? 0) - MOST_OFFSET_MS));
    const first = Math.max(firstLocal(segment, dst), FIRST_LOCAL);
    if (match !== null && match < first && match >= RULES_FROM) jumpedOver += 1;
    // Clocks that go back return to local times that were searched already; otherwise the match found is the next one.
    if (first < searched || (match !== null && match < first)) match = nextMatch(pattern, first - 1);
    else if (match === null) return null;
    searched = first;
  }
  return known(instantOf(segment, match));
}

/** Returns the last firing at or before `atOrBefore` and at or after `notBefore`, null where there is none. */
export function previousInZone(
  pattern: ZonedPattern,
  atOrBefore: Instant,
  notBefore: Instant,
): Instant | null {
  const zone = timeZone(pattern.zone.zone);
  const dst = dstOf(pattern);
  const until = Math.min(atOrBefore, LAST_INSTANT);
  let segment = zone.segmentAt(until);
  let searched = Math.min(endLocal(segment, dst) - 1, until + segment.offset);
  let match = previousMatch(pattern, searched);
  while (match === null || match < firstLocal(segment, dst)) {
    if (segment.start <= Math.max(notBefore, 0)) return null;
    const next = match === null ? segment.start - 1 : Math.min(segment.start - 1, match + MOST_OFFSET_MS);
    segment = zone.segmentAt(next);
    const last = endLocal(segment, dst) - 1;
    if (last > searched || (match !== null && match > last)) match = previousMatch(pattern, last);
    else if (match === null) return null;
    searched = last;
  }
  if (match < FIRST_LOCAL) return null;
  const at = instantOf(segment, match);
  return at >= notBefore ? at : null;
}

/** Returns how many firings lie in [`from`, `to`]: counted per segment, however many they are. */
export function countInZone(pattern: ZonedPattern, from: Instant, to: Instant): number {
  const zone = timeZone(pattern.zone.zone);
  const dst = dstOf(pattern);
  const until = Math.min(to, LAST_INSTANT);
  let count = 0;
  for (let at = from; at <= until;) {
    const segment = zone.segmentAt(at);
    count += countInSegment(pattern, segment, { dst, from: at, to: Math.min(until, segment.end - 1) });
    at = segment.end;
  }
  return count;
}

/** Returns how many firings lie in [`from`, `to`], which is a part of the segment. */
function countInSegment(
  pattern: ZonedPattern,
  segment: Segment,
  { dst, from, to }: { readonly dst: Dst; readonly from: Instant; readonly to: Instant },
): number {
  const first = Math.max(firstLocal(segment, dst), FIRST_LOCAL);
  const last = Math.min(to + segment.offset, endLocal(segment, dst) - 1);
  const count = countMatches(pattern, Math.max(first, from + segment.offset), last);
  if (from > segment.start || !hasMatchInGap(pattern, segment, dst)) return count;
  // All that fell into the gap is one firing; it may be one with a match at the same instant.
  const own = segment.start + segment.offset;
  return count + 1 - countMatches(pattern, own, Math.min(own, last));
}

/** Returns whether the first instant of a segment fires for a local time that does not exist. */
export function hasMatchInGap(pattern: ZonedPattern, segment: Segment, dst: Dst): boolean {
  const gapStart = Math.max(firstLocal(segment, dst), FIRST_LOCAL);
  const gapEnd = segment.start + segment.offset;
  if (gapStart >= gapEnd) return false;
  const match = nextMatch(pattern, gapStart - 1);
  return match !== null && match < gapEnd;
}

/** Returns the first local time that the segment takes: where clocks went forward, what fell into the gap too. */
function firstLocal({ start, offset, before }: Segment, { gap, overlap }: Dst): number {
  if (before < offset) return start + (gap === 'after' ? before : offset);
  return start + (overlap === 'first' ? before : offset);
}

/** Returns the local time at which the segment ends: where clocks then go back, the last occurrence may leave out the first. */
function endLocal({ end, offset, after }: Segment, { overlap }: Dst): number {
  return end + (after < offset && overlap === 'last' ? after : offset);
}

function instantOf({ start, offset }: Segment, local: number): Instant {
  return Math.max(local - offset, start);
}

function known(at: Instant): Instant | null {
  return at <= LAST_INSTANT ? at : null;
}
