import { InvalidInput, shown } from '../errors.js';

/** Headers by their names as they are given; null stands for the value that is stored. */
export type GivenHeaders = Readonly<Record<string, string | null>>;

/** Headers by their names, with their values in the clear. */
export type HeaderValues = Readonly<Record<string, string>>;

export const MOST_HEADERS = 20;
/** Of names and values together. */
const MOST_BYTES = 8_192;
/** A token (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What every server reads in the same way: no control characters, and nothing beyond ASCII. */
const VALUE = /^[\x20-\x7e]*$/;

const OWN = 'Carillon sets it itself';
const OF_CONNECTION = 'it is about the connection and not about the call';

/** Headers that a job cannot have, by their names in lower case, and why. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['authorization', "it carries the token of the call, or 'user' and 'password' of the job"],
  ['cookie', 'calls keep no cookies'],
  ...['host', 'content-length', 'content-type', 'user-agent', 'traceparent', 'tracestate'].map(
    (name) => [name, OWN] as const,
  ),
  // A body that comes compressed cannot be read.
  ...['accept-encoding', 'expect'].map((name) => [name, OWN] as const),
  ...['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'].map(
    (name) => [name, OF_CONNECTION] as const,
  ),
]);
const REFUSED_STARTS: ReadonlyMap<string, string> = new Map([
  ['x-sap-', OWN],
  ['x-carillon-', OWN],
  ['webhook-', "it belongs to 'signing'"],
  ['proxy-', OF_CONNECTION],
]);

/**
 * Returns the setting `headers` as it is given, checked. Throws InvalidInput that names the header and never shows a
 * value, which may be a secret (schedule-extensions.md, "Settled questions").
 */
export function headersSetting(given: unknown): GivenHeaders {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw refusal(
      `must be an object of names and values, such as { "X-Api-Key": "..." }, but is ${kindOf(given)}`,
    );
  }
  const entries = Object.entries(given);
  if (entries.length > MOST_HEADERS) {
    throw refusal(`must have at most ${MOST_HEADERS} headers, but has ${entries.length}: leave some out`);
  }
  const seen = new Map<string, string>();
  for (const [name, value] of entries) {
    refuseName(name);
    const same = seen.get(name.toLowerCase());
    if (same !== undefined) {
      throw refusal(`has ${shown(same)} and ${shown(name)}, which are the same header: leave one out`);
    }
    seen.set(name.toLowerCase(), name);
    refuseValue(name, value);
  }
  refuseTooLarge(given as GivenHeaders);
  return given as GivenHeaders; // each value was found to be a text or null
}

/**
 * Returns headers with the stored values where null stands for them. Throws InvalidInput that names those of which no value
 * is stored.
 */
export function withStoredValues(given: GivenHeaders, stored: HeaderValues): HeaderValues {
  const known = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]));
  const missing: string[] = [];
  const values = Object.entries(given).map(([name, value]): [string, string] => {
    const found = value ?? known.get(name.toLowerCase());
    if (found === undefined) missing.push(name);
    return [name, found ?? ''];
  });
  if (missing.length > 0) {
    const names = missing.map((name) => shown(name)).join(', ');
    throw refusal(
      `needs the value of ${names}: null keeps a stored value, and none is stored for this 'action'; give it, or leave the header out`,
    );
  }
  const all = Object.fromEntries(values);
  refuseTooLarge(all);
  return all;
}

/** Returns headers as they are shown: their names, and null for each value. */
export function namesOf(headers: GivenHeaders): Readonly<Record<string, null>> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, null]));
}

function refuseName(name: string): void {
  if (!TOKEN.test(name)) {
    throw refusal(
      `has ${shown(name)}, which is no name of a header: letters, digits and hyphens are, such as 'X-Api-Key'`,
    );
  }
  const lower = name.toLowerCase();
  const start = [...REFUSED_STARTS].find(([each]) => lower.startsWith(each));
  const reason = REFUSED.get(lower) ?? start?.[1];
  if (reason !== undefined) throw refusal(`must not have ${shown(name)}, because ${reason}: leave it out`);
}

function refuseValue(name: string, value: unknown): void {
  if (value === null) return;
  if (typeof value !== 'string') {
    throw refusal(
      `needs a text as the value of ${shown(name)}, or null for the stored one, but it is ${kindOf(value)}`,
    );
  }
  if (!VALUE.test(value)) {
    throw refusal(
      `has control characters or characters beyond ASCII in the value of ${shown(name)}: remove them, or encode the value`,
    );
  }
  if (value.trim() !== value) {
    throw refusal(
      `has a blank at the begin or end of the value of ${shown(name)}, which no receiver would see: remove it`,
    );
  }
}

function refuseTooLarge(headers: GivenHeaders): void {
  // Nothing in them is beyond ASCII.
  const bytes = Object.entries(headers).reduce(
    (sum, [name, value]) => sum + name.length + (value?.length ?? 0),
    0,
  );
  if (bytes <= MOST_BYTES) return;
  throw refusal(`has ${bytes} bytes of names and values: at most ${MOST_BYTES} are allowed, shorten them`);
}

function refusal(words: string): InvalidInput {
  return new InvalidInput(`'headers' ${words}`, 'headers');
}

/** Returns what kind of value this is: the value itself may be a secret. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
