import { utc } from '../time.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Between two firings that are further apart the clocks may change several times: no single moment is named. */
const ONE_CHANGE_MS = 150 * 24 * HOUR_MS;

/** A firing that is to come; ISO 8601. */
export interface Firing {
  readonly at: string;
  /** Its local time where the schedule has a zone, with the distance from UTC: `2026-11-27T09:00:00+01:00`. */
  readonly local?: string;
  /** What the clocks of that zone do to it. */
  readonly note?: string;
}

/** A change of clocks between two firings: of the schedule's zone, else of the reader's. */
export interface ClockChange {
  /** Null where the firings are too far apart for one moment. */
  readonly at: number | null;
  /** Above 0 where the clocks go forward. */
  readonly byMs: number;
}

/** A firing as the table shows it. */
export interface FiringRow {
  readonly at: number;
  /** `Fri 2026-11-27 09:00:00` */
  readonly utc: string;
  /** `10:00:00`, with its weekday where that is another one, and with the zone where that changes within the table. */
  readonly local: string;
  /** What happened to the clocks since the firing before. */
  readonly change: ClockChange | null;
  readonly note?: string | undefined;
}

export interface FiringRows {
  readonly rows: readonly FiringRow[];
  /** The reader's zone in all rows; null where it changes, and each row names its own. */
  readonly zone: string | null;
  /** True where the reader's clocks show UTC at all of them: nothing has to be said twice. */
  readonly isUtc: boolean;
}

/** Returns the next firings as a reader in a zone (`Europe/Berlin`) sees them. */
export function firingRows(firings: readonly Firing[], zone: string): FiringRows {
  const moments = firings.map(({ at }) => Date.parse(at));
  const zones = new Set(moments.map((at) => nameAt(at, zone)));
  const isUtc = moments.every((at) => offsetAt(at, zone) === 0);
  const rows = moments.map((at, place) => ({
    at,
    utc: `${weekday(at, 'UTC')} ${utc(new Date(at)).slice(0, 19)}`,
    local: localText(at, zone, zones.size > 1),
    change: place === 0 ? null : changeBetween(moments[place - 1] ?? at, at, zone),
  }));
  return { rows, zone: zones.size === 1 ? ([...zones][0] ?? null) : null, isUtc };
}

/**
 * Returns the next firings of a schedule that has a zone: there with their day, and in UTC beside. Null where their local
 * times were not told.
 */
export function zonedRows(firings: readonly Firing[], zone: string): readonly FiringRow[] | null {
  const all = firings.flatMap(({ at, local, note }) =>
    local === undefined ? [] : [{ at: Date.parse(at), local, note, offset: offsetOf(local) }],
  );
  if (all.length < firings.length) return null;
  const isOffsetNamed = new Set(all.map(({ offset }) => offset)).size > 1;
  return all.map(({ at, local, note, offset }, place) => {
    const before = all[place - 1];
    const day = weekday(Date.parse(`${local.slice(0, 10)}T00:00Z`), 'UTC');
    const own = weekday(at, 'UTC');
    return {
      ...{ at, note },
      local: `${day} ${local.slice(0, 19).replace('T', ' ')}${isOffsetNamed ? ` ${local.slice(19)}` : ''}`,
      utc: `${own === day ? '' : `${own} `}${utc(new Date(at)).slice(11, 19)}`,
      change: before && before.offset !== offset ? zoneChange(before, { at, offset }, zone) : null,
    };
  });
}

type Told = Readonly<Record<'at' | 'offset', number>>;

/** Returns a change of the clocks of a zone, without its moment where this browser does not know the zone. */
function zoneChange(before: Told, after: Told, zone: string): ClockChange {
  try {
    return changeBetween(before.at, after.at, zone) ?? { at: null, byMs: after.offset - before.offset };
  } catch (error) {
    if (error instanceof RangeError) return { at: null, byMs: after.offset - before.offset };
    throw error;
  }
}

/** Returns by how much a local time is ahead of UTC, in milliseconds. */
function offsetOf(local: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)(?::\d\d)?$/.exec(local) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS);
}

function changeBetween(before: number, after: number, zone: string): ClockChange | null {
  const former = offsetAt(before, zone);
  const byMs = offsetAt(after, zone) - former;
  if (byMs === 0) return null;
  if (after - before > ONE_CHANGE_MS) return { at: null, byMs };
  let [from, to] = [before, after];
  while (to - from > MINUTE_MS / 2) {
    const middle = (from + to) / 2;
    if (offsetAt(middle, zone) === former) from = middle;
    else to = middle;
  }
  return { at: Math.round(to / MINUTE_MS) * MINUTE_MS, byMs };
}

function localText(at: number, zone: string, isZoneNamed: boolean): string {
  const time = formatted(at, zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = weekday(at, zone);
  const name = isZoneNamed ? ` ${nameAt(at, zone)}` : '';
  return `${day === weekday(at, 'UTC') ? '' : `${day} `}${time}${name}`;
}

const weekday = (at: number, zone: string) => formatted(at, zone, { weekday: 'short' });

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns a format that is made once: making one takes longer than using it, and the rows count every second. */
function formatOf(parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(parts);
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', parts);
  formats.set(key, format);
  return format;
}

const formatted = (at: number, timeZone: string, parts: Intl.DateTimeFormatOptions) =>
  formatOf({ ...parts, timeZone }).format(at);

/** Returns `CET`, or `GMT+9` where English has no name for it. */
const nameAt = (at: number, zone: string) => zonePart(at, zone, 'short');

/** Returns by how much the clocks of a zone are ahead of UTC, in milliseconds. */
function offsetAt(at: number, zone: string): number {
  return offsetOf(zonePart(at, zone, 'longOffset'));
}

function zonePart(at: number, timeZone: string, timeZoneName: 'short' | 'longOffset'): string {
  const parts = formatOf({ timeZone, timeZoneName }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
