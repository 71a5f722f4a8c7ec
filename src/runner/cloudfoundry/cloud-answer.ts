import { z } from 'zod';
import { SECOND_MS } from '../../core/instant.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import type { ExchangeAnswer } from '../../outbound/exchange.js';
import { PlatformRefused, PlatformUnreachable } from '../platform-failure.js';
import type { RateLimit } from '../task-platform.js';

const LONGEST_DETAIL = 1_000;
const MOST_DETAILS = 3;
const LONGEST_TITLE = 100;
/** Between two details, at most, where they are shown joined. */
const LONGEST_JOIN = 2;
/** Control characters, line ends, halves of characters, and what turns the direction of a text. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const errors = z.object({
  errors: z.array(z.object({ code: z.number(), title: z.string(), detail: z.string() })).min(1),
});

/** Returns a name of the platform as it may be shown and stored: without control characters, and not too long. */
export function shownName(text: string, most: number): string {
  return firstCharacters(text, most).replace(UNFIT, ' ');
}

/** Returns a text of the platform as it may be shown: one line of at most 1,000 characters. */
export function shownDetail(text: string, most = LONGEST_DETAIL): string {
  return firstCharacters(text.replace(UNFIT, ' ').replace(/\s+/g, ' ').trim(), most);
}

/** Returns the first of several texts, of at most 1,000 characters together where they are joined. */
function shownDetails(texts: readonly string[]): string[] {
  const shown: string[] = [];
  let room = LONGEST_DETAIL;
  for (const text of texts.slice(0, MOST_DETAILS)) {
    const detail = shownDetail(text, room);
    if (detail !== '') shown.push(detail);
    room = Math.max(0, room - detail.length - LONGEST_JOIN);
  }
  return shown;
}

/** Returns whether an answer says that what was asked for was done. */
export function isGranted({ status }: ExchangeAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Returns the document of an answer. Throws PlatformUnreachable where it has another form: nothing is known then. */
export function documentOf<S extends z.ZodType>(answer: ExchangeAnswer, schema: S): z.output<S> {
  const document = findDocument(answer, schema);
  if (document !== null) return document;
  throw unreadable(answer);
}

/** Returns the failure of an answer that has another form than it should. */
export function unreadable({ status }: ExchangeAnswer): PlatformUnreachable {
  const about = { wasSent: true, isDistrusted: false };
  return new PlatformUnreachable('EBADMSG', `The answer (${status}) cannot be read.`, about);
}

/** Returns the document of an answer, null where it has another form. */
export function findDocument<S extends z.ZodType>({ text }: ExchangeAnswer, schema: S): z.output<S> | null {
  return schema.safeParse(jsonOf(text)).data ?? null;
}

/** Returns what an answer that refuses says. It may be JSON under another content type: a 429 is `text/plain`. */
export function refusalOf(answer: ExchangeAnswer): PlatformRefused {
  const told = findDocument(answer, errors)?.errors ?? [];
  const retryAfterS = numberOf(answer.headers['retry-after']);
  return new PlatformRefused(answer.status, shownDetails(told.map(({ detail }) => detail)), {
    isOwn: told.length > 0,
    title: told[0] === undefined ? null : shownName(told[0].title, LONGEST_TITLE),
    retryAfterMs: retryAfterS === null ? null : retryAfterS * SECOND_MS,
  });
}

/** Returns what the headers of an answer say about how many more requests are permitted, null where they say nothing. */
export function rateLimitOf({ headers }: ExchangeAnswer): RateLimit | null {
  const limit = numberOf(headers['x-ratelimit-limit']);
  const remaining = numberOf(headers['x-ratelimit-remaining']);
  return limit === null || remaining === null ? null : { limit, remaining };
}

function numberOf(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
