import type { RunState } from '../../api/runs.js';

/** What a reader may ask for, and which states that is. */
export const STATES = {
  failed: ['ERROR', 'REQUEST_ERROR', 'UNKNOWN', 'TIMEOUT'],
  running: ['TRIGGERED', 'RETRYING', 'ACK_RECVD', 'ACK_NOT_RECVD'],
  succeeded: ['SUCCESS'],
  skipped: ['SKIPPED'],
  planned: ['SCHEDULED'],
} as const satisfies Record<string, readonly RunState[]>;

export type StateFilter = keyof typeof STATES;

export const STATE_FILTERS = Object.keys(STATES) as readonly StateFilter[];

/** Which runs a page shows: all of it stands in its address. */
export interface RunFilter {
  readonly state: StateFilter | null;
  /** Milliseconds; `to` is the first instant beyond. */
  readonly from: number | null;
  readonly to: number | null;
  /** After which run the page begins. */
  readonly after: string | null;
}

/** Returns whether a filter ends before it begins: no run is in it. */
export const isTurned = ({ from, to }: Pick<RunFilter, 'from' | 'to'>) =>
  from !== null && to !== null && to <= from;

type Query = Readonly<Record<string, string | undefined>>;

/** Returns the filter of an address. What cannot be read is left out, so that an old link still shows something. */
export function filterOf({ state, from, to, after }: Query): RunFilter {
  return {
    state: STATE_FILTERS.find((name) => name === state) ?? null,
    from: instantOf(from),
    to: instantOf(to),
    after: after ?? null,
  };
}

/** Returns the query of a page's address, '' for a filter that leaves nothing out. */
export function addressOf({ state, from, to, after }: RunFilter): string {
  const query = new URLSearchParams();
  if (state !== null) query.set('state', state);
  if (from !== null) query.set('from', fieldText(from));
  if (to !== null) query.set('to', fieldText(to));
  if (after !== null) query.set('after', after);
  const text = query.toString().replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** Returns the query by which the service is asked for these runs. */
export function questionOf({ state, from, to, after }: RunFilter, more: Query = {}): string {
  const query = new URLSearchParams();
  if (state !== null) query.set('state', STATES[state].join());
  if (from !== null) query.set('from', String(from));
  if (to !== null) query.set('to', String(to));
  if (after !== null) query.set('after', after);
  for (const [name, value] of Object.entries(more)) if (value !== undefined) query.set(name, value);
  return query.toString().replaceAll('%2C', ',');
}

/** Returns an instant as a field for a time holds it, in UTC: `2026-11-25T14:00`, with seconds where there are any. */
export function fieldText(at: number): string {
  return new Date(at).toISOString().slice(0, at % 60_000 === 0 ? 16 : 19);
}

/** Returns the instant of such a text, which is meant in UTC; null where it is none. */
export function instantOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z?$/.test(text)) return null;
  const at = Date.parse(text.endsWith('Z') ? text : `${text}Z`);
  return Number.isNaN(at) || at < 0 ? null : at;
}
