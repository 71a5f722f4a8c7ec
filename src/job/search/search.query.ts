import { InvalidInput } from '../../core/errors.js';
import type { Instant } from '../../core/instant.js';
import type { Page } from '../../http/page.js';

/** Something compared with a start or end time. */
export interface TimeTerm {
  readonly field: 'startTime' | 'endTime';
  readonly operator: '<' | '>' | '<=' | '>=';
  readonly at: Instant;
}

/** What a search asks for: all words in name or description, and what its qualifiers say. */
export interface SearchTerms {
  readonly words: readonly string[];
  readonly active: boolean | null;
  readonly times: readonly TimeTerm[];
}

/** A search and the part of its results that is asked for. */
export interface SearchQuery {
  readonly q: string;
  readonly terms: SearchTerms;
  readonly page: Page;
  /** False where neither a size nor an offset was given: then there are no URLs of other pages. */
  readonly isPaged: boolean;
  readonly isWithSchedules: boolean;
}

const MOST_TOKENS = 50;
const QUALIFIER = /^(\w+):(.*)$/s;
const COMPARED = /^(<=|>=|<|>)(.*)$/s;
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?$/;

/** Returns what the text of a search means (rest-api.md, "Search"). Throws InvalidInput in the contract's words. */
export function parseSearch(q: string): SearchTerms {
  const tokens = q.split(/\s+/).filter((token) => token !== '');
  if (tokens.length === 0) throw new InvalidInput('Search query not provided', 'q');
  if (tokens.length > MOST_TOKENS) {
    throw new InvalidInput(`'q' has more than ${MOST_TOKENS} words and qualifiers: leave some out`, 'q');
  }
  const words: string[] = [];
  const times: TimeTerm[] = [];
  const flags = new Set<boolean>();
  for (const token of tokens) {
    const [, field, value = ''] = QUALIFIER.exec(token) ?? [];
    if (field === undefined) words.push(token);
    else if (field === 'active') flags.add(flagOf(value));
    else if (field === 'startTime' || field === 'endTime') times.push(timeTerm(field, value));
    else throw new InvalidInput('Field not recognized', 'q');
  }
  if (flags.size > 1)
    throw new InvalidInput("'active' cannot be true and false at once: give one of them", 'q');
  const [active = null] = flags;
  return { words, active, times };
}

function flagOf(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new InvalidInput("'active' must be true or false, for example active:true", 'q');
}

function timeTerm(field: TimeTerm['field'], value: string): TimeTerm {
  const [, operator, text = ''] = COMPARED.exec(value) ?? [];
  if (operator === undefined) throw new InvalidInput(`Operator not specified for ${field}`, 'q');
  const at = DATE.test(text) ? Date.parse(text.includes('T') ? `${text}Z` : `${text}T00:00:00Z`) : NaN;
  // A date that does not exist is moved on by the parser; its text then differs.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text)) {
    throw new InvalidInput('Date format must be YYYY-MM-DDTHH:mm:ss or YYYY-MM-DD', 'q');
  }
  // COMPARED matches nothing else.
  return { field, operator: operator as TimeTerm['operator'], at };
}
