import { InvalidInput, shown } from '../../core/errors.js';

const FIELDS = ['name', 'subDomain', 'tenantId'] as const;
export type FilterField = (typeof FIELDS)[number];

/** One condition on a field: it holds the text, or is the text; case counts, no character is special. */
export interface FilterTerm {
  readonly field: FilterField;
  readonly kind: 'contains' | 'is';
  readonly text: string;
}

/** Alternatives, each of which is terms that must all hold. */
export type JobFilter = readonly (readonly FilterTerm[])[];

const MOST_TERMS = 50;
const TEXT = "'((?:[^']|'')*)'";
const CONTAINS = new RegExp(`\\s*contains\\s*\\(\\s*(\\w+)\\s*,\\s*${TEXT}\\s*\\)`, 'y');
const IS = new RegExp(`\\s*(\\w+)\\s+eq\\s+${TEXT}`, 'y');
const JOINT = /\s*(?:\s(and|or)\s)/y;
const REMEDY =
  "use contains(name, 'text') and name eq 'text' over name, subDomain and tenantId, joined by and / or, without brackets";

/**
 * Returns what a `filter` means; `and` binds tighter than `or`, a quote inside a text is doubled (rest-api.md,
 * "GET /scheduler/jobs"). Throws InvalidInput for anything else.
 */
export function parseFilter(filter: string): JobFilter {
  const alternatives: FilterTerm[][] = [];
  let joint = 'or';
  let at = 0;
  for (let count = 1; ; count++) {
    if (count > MOST_TERMS)
      throw new InvalidInput(`'filter' has more than ${MOST_TERMS} conditions`, 'filter');
    const { term, end } = termAt(filter, at);
    if (joint === 'or') alternatives.push([]);
    alternatives.at(-1)?.push(term);
    if (filter.slice(end).trim() === '') return alternatives;
    JOINT.lastIndex = end;
    const found = JOINT.exec(filter);
    if (!found?.[1]) throw refusal(filter, end);
    joint = found[1];
    at = JOINT.lastIndex;
  }
}

function termAt(filter: string, at: number): { term: FilterTerm; end: number } {
  for (const [kind, form] of [
    ['contains', CONTAINS],
    ['is', IS],
  ] as const) {
    form.lastIndex = at;
    const [, name, quoted] = form.exec(filter) ?? [];
    const field = FIELDS.find((known) => known === name);
    if (quoted === undefined) continue;
    if (field === undefined) {
      throw new InvalidInput(`'filter' names the unknown property ${shown(name)}: ${REMEDY}`, 'filter');
    }
    return { term: { field, kind, text: quoted.replaceAll("''", "'") }, end: form.lastIndex };
  }
  throw refusal(filter, at);
}

function refusal(filter: string, at: number): InvalidInput {
  return new InvalidInput(`'filter' is not understood at ${shown(filter.slice(at))}: ${REMEDY}`, 'filter');
}
