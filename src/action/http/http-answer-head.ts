/** Where the body of an answer ends: after a number of bytes, with the last chunk, or with the connection. */
export type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'connection' };

/** What matters of the status line and the headers of an answer. */
export interface AnswerHead {
  readonly httpStatus: number;
  readonly framing: Framing;
  /** Whether the connection may be used again. */
  readonly isKept: boolean;
  /** For how many seconds the endpoint keeps the connection, where it says so. */
  readonly keptS: string | null;
  /** How the body is encoded, in the endpoint's own words; null where it is not. */
  readonly coding: string | null;
  /** When the endpoint wants to be called again, in its own words; null where it does not say. */
  readonly retryAfter: string | null;
  /** Whether the endpoint does not want its run to be called again. */
  readonly isRetryRefused: boolean;
}

const STATUS_LINE = /^HTTP\/(\d+)(?:\.(\d+))?[ \t]+(\d{3})(?=[ \t]|$)/i;
const MATTERING: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'retry-after',
  'transfer-encoding',
  'x-carillon-retry',
]);
const MAY_MATTER = /^(?:[ckt]|retry-|x-carillon-)[a-z-]+[ \t]*:/i;
const EMPTY: Framing = { kind: 'length', bytes: 0 };
const NONE: readonly string[] = [];
const UP_TO_END: Framing = { kind: 'connection' };
/** Values of a header that says nothing. */
const isSaid = (value: string) => value !== '' && value !== 'identity';

/**
 * Reads the head of an answer, without the blank line at its end. Returns null where the first line is no status
 * line of HTTP. Where headers contradict each other or break the rules of HTTP, the status counts all the same,
 * and the body is what RFC 9112 (6.3) takes for it; the connection is then not used again, because the two
 * sides may not agree on where the answer ends.
 */
export function parseAnswerHead(text: string): AnswerHead | null {
  const [statusLine = '', ...lines] = text.split('\n');
  const found = STATUS_LINE.exec(statusLine.trimEnd());
  if (found === null) return null;
  const [, major, minor = '0', status] = found;
  const httpStatus = Number(status);
  const headers = headersOf(lines);
  const connection = listOf(headers.get('connection'));
  const isModern = Number(major) > 1 || (major === '1' && Number(minor) >= 1);
  const isOffered = isModern ? !connection.includes('close') : connection.includes('keep-alive');
  const { framing, isClean } = framingOf(httpStatus, headers);
  const codings = codingsOf(headers);
  return {
    httpStatus,
    framing,
    isKept: isOffered && isClean && framing.kind !== 'connection',
    keptS: keptOf(headers.get('keep-alive')),
    coding: codings.length === 0 ? null : codings.join(', '),
    retryAfter: headers.get('retry-after')?.[0] ?? null,
    isRetryRefused: listOf(headers.get('x-carillon-retry')).includes('no'),
  };
}

/** Returns the values of the headers that matter by their names in lower case. A folded line belongs to the header before it. */
function headersOf(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  let latest: string[] | undefined;
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (latest !== undefined) latest.push(`${latest.pop() ?? ''} ${line.trim()}`.trim());
      continue;
    }
    latest = undefined;
    if (!MAY_MATTER.test(line)) continue; // most headers, for the price of a look at one letter
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!MATTERING.has(name)) continue;
    const value = line.slice(colon + 1).trim();
    latest = headers.get(name);
    if (latest === undefined) headers.set(name, (latest = [value]));
    else latest.push(value);
  }
  return headers;
}

/** Returns the members of a header that is a list, in lower case, whether it came once or several times. */
function listOf(values: readonly string[] | undefined): readonly string[] {
  if (values === undefined) return NONE;
  const members = values.length === 1 && !values[0]?.includes(',') ? values : values.join(',').split(',');
  return members.map((member) => member.trim().toLowerCase());
}

function keptOf(values: readonly string[] | undefined): string | null {
  return values === undefined ? null : (/timeout=\s*(\d{1,6})(?!\d)/i.exec(values.join())?.[1] ?? null);
}

function codingsOf(headers: ReadonlyMap<string, string[]>): string[] {
  const transfer = listOf(headers.get('transfer-encoding')).filter((coding) => coding !== 'chunked');
  return [...listOf(headers.get('content-encoding')), ...transfer].filter(isSaid);
}

/** Returns where the body ends, and whether the headers leave no doubt about it. */
function framingOf(httpStatus: number, headers: ReadonlyMap<string, string[]>) {
  const transfer = listOf(headers.get('transfer-encoding')).filter(isSaid);
  const lengths = listOf(headers.get('content-length'));
  if (httpStatus === 204 || httpStatus === 304)
    return {
      framing: EMPTY,
      isClean: transfer.length === 0 && lengths.every((length) => /^0*$/.test(length)),
    };
  if (transfer.length > 0) {
    const isChunked = transfer.at(-1) === 'chunked';
    const framing: Framing = isChunked ? { kind: 'chunked' } : UP_TO_END;
    return { framing, isClean: transfer.length === 1 && lengths.length === 0 };
  }
  const [length, ...others] = lengths;
  const bytes = Number(length);
  const isReadable = length !== undefined && /^\d+$/.test(length) && Number.isSafeInteger(bytes);
  if (!isReadable || others.some((other) => other !== length)) return { framing: UP_TO_END, isClean: false };
  return { framing: { kind: 'length', bytes } as const, isClean: others.length === 0 };
}
