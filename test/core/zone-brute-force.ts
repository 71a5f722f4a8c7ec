import type { Dst } from '../../src/core/zone/zone-rule.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Half-hour and 45-minute offsets, shifts of half an hour and two hours, a missing day, no rules, both hemispheres. */
export const ZONES = [
  ...['Europe/Berlin', 'Europe/London', 'Europe/Dublin', 'Europe/Kyiv', 'Europe/Lisbon', 'Europe/Moscow'],
  ...['Europe/Istanbul', 'Europe/Chisinau', 'Atlantic/Azores', 'Atlantic/Reykjavik', 'Africa/Casablanca'],
  ...[
    'Africa/El_Aaiun',
    'Africa/Cairo',
    'Africa/Johannesburg',
    'Africa/Lagos',
    'Africa/Windhoek',
    'Asia/Gaza',
  ],
  ...['Asia/Beirut', 'Asia/Tehran', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Tokyo', 'Asia/Pyongyang'],
  ...['Asia/Amman', 'Asia/Yangon', 'Australia/Lord_Howe', 'Australia/Adelaide', 'Australia/Brisbane'],
  ...['Australia/Eucla', 'Pacific/Apia', 'Pacific/Chatham', 'Pacific/Kiritimati', 'Pacific/Auckland'],
  ...['Antarctica/Troll', 'Antarctica/Casey', 'America/New_York', 'America/St_Johns', 'America/Sao_Paulo'],
  ...['America/Santiago', 'America/Havana', 'America/Caracas', 'America/Phoenix', 'America/Nuuk'],
];

/** Half the width of what is walked, and how much of it on either side is walked but not compared. */
const HALF = 26 * HOUR;
const MARGIN = 4 * HOUR;

/** The minutes of some hours, and what the clock on the wall showed in each, as if it were UTC. */
export interface Walk {
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  readonly minutes: readonly { readonly at: number; readonly local: number }[];
}

/** A pattern as the walk sees it: which local minutes match, and when in each it fires (ms after its begin). */
export interface WalkedPattern {
  readonly matches: (localMinute: number) => boolean;
  readonly within: readonly number[];
  /** Goes by elapsed time: its hours are all of them. */
  readonly isFine: boolean;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What `Intl` says the wall clock shows, in the form of Sweden: 2026-03-29 03:00:00. */
function wallClock(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`);
}

/** Walks minute by minute around an instant; null where a clock changes at an edge, of which only one side would be seen. */
export function walk(zone: string, around: number): Walk | null {
  const middle = Math.round(around / MINUTE) * MINUTE;
  const minutes: { at: number; local: number }[] = [];
  for (let at = middle - HALF; at <= middle + HALF; at += MINUTE) {
    minutes.push({ at, local: wallClock(zone, at) });
  }
  const offsets = minutes.map(({ at, local }) => local - at);
  const edge = (2 * MARGIN) / MINUTE;
  const isSteady = (some: number[]) => some.every((offset) => offset === some[0]);
  if (!isSteady(offsets.slice(0, edge)) || !isSteady(offsets.slice(-edge))) return null;
  return { zone, from: middle - HALF + MARGIN, to: middle + HALF - MARGIN, minutes };
}

/** Returns when the wall clock of a zone jumps in a year, to the minute. */
export function changesIn(zone: string, year: number): number[] {
  const offset = (at: number) => wallClock(zone, at) - at;
  const found: number[] = [];
  const step = 4 * 24 * HOUR;
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += step) {
    if (offset(at) === offset(at + step)) continue;
    let [low, high] = [at, at + step];
    while (high - low > MINUTE) {
      const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

/** Returns in which of its occurrences, in ascending order, a local minute fires that exists. */
function chosenOf(all: readonly number[], overlap: Dst['overlap'] | 'all'): readonly number[] {
  if (overlap === 'first') return all.slice(0, 1);
  return overlap === 'last' ? all.slice(-1) : all;
}

/** Returns the firings within what is compared, by the words of the contract: each local minute is looked for among those walked. */
export function firingsByWalking(found: Walk, pattern: WalkedPattern, { gap, overlap }: Dst): number[] {
  const occurrences = occurrencesOf(found);
  const firings = new Set<number>();
  const [first, last] = [found.minutes[0]?.local ?? 0, found.minutes.at(-1)?.local ?? 0];
  for (let local = first; local <= last; local += MINUTE) {
    if (!pattern.matches(local)) continue;
    const all = occurrences.get(local);
    if (all === undefined) {
      const after = found.minutes.find((minute) => minute.local > local)?.at ?? NaN;
      if (gap === 'after' && !pattern.isFine) firings.add(after);
      continue;
    }
    const chosen = chosenOf(all, pattern.isFine ? 'all' : overlap);
    for (const at of chosen) for (const ms of pattern.within) firings.add(at + ms);
  }
  return [...firings].filter((at) => at >= found.from && at <= found.to).sort((a, b) => a - b);
}

function occurrencesOf({ minutes }: Walk): Map<number, number[]> {
  const occurrences = new Map<number, number[]>();
  for (const { at, local } of minutes) {
    const known = occurrences.get(local);
    if (known) known.push(at);
    else occurrences.set(local, [at]);
  }
  return occurrences;
}
