/** Lists of the Cloud Controller: query parameters, label selectors and pages. */
import { Refusal } from './refusal.mjs';

const PAGING = ['page', 'per_page', 'order_by'];

/** Throws a Refusal for a parameter that a list does not know. */
export function refuseUnknown(query, known) {
  const unknown = [...query.keys()].filter((key) => !known.includes(key) && !PAGING.includes(key));
  if (unknown.length === 0) return;
  const valid = [...PAGING, ...known].map((key) => `'${key}'`).join(', ');
  throw new Refusal(
    'CF-BadQueryParameter',
    `The query parameter is invalid: Unknown query parameter(s): '${unknown.join("', '")}'. Valid parameters are: ${valid}`,
  );
}

/** Returns whether a value is one of those that the query lists under a name; true where it lists none. */
export function isListed(query, name, value) {
  const listed = query.get(name);
  return listed === null || listed.split(',').map(decodeURIComponent).includes(value);
}

/** Returns whether labels match the query's `label_selector`: `k=v`, `k!=v`, `k in (v,w)`, `k`, `!k`. */
export function isSelected(query, labels) {
  const selector = query.get('label_selector');
  if (selector === null) return true;
  return selector.split(/,(?![^(]*\))/).every((one) => matches(one.trim(), labels));
}

function matches(requirement, labels) {
  const set = /^(\S+) (in|notin) ?\((.*)\)$/.exec(requirement);
  if (set) {
    const isIn = set[3].split(',').includes(labels[set[1]]);
    return set[2] === 'in' ? isIn : !isIn;
  }
  const pair = /^([^!=]+)(!=|==?)(.*)$/.exec(requirement);
  if (pair) return (labels[pair[1]] === pair[3]) === (pair[2] !== '!=');
  return requirement.startsWith('!') ? !(requirement.slice(1) in labels) : requirement in labels;
}

/** Returns the page of a list that the query asks for. */
export function pageOf(url, rows) {
  const perPage = numberOf(url.searchParams, 'per_page', { fallback: 50, most: 5000 });
  const page = numberOf(url.searchParams, 'page', { fallback: 1, most: Infinity });
  const isDescending = (url.searchParams.get('order_by') ?? '').startsWith('-');
  const ordered = isDescending ? [...rows].reverse() : rows;
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  const link = (number) => {
    if (number < 1 || number > pages) return null;
    const href = new URL(url);
    href.searchParams.set('page', String(number));
    href.searchParams.set('per_page', String(perPage));
    return { href: href.href };
  };
  return {
    pagination: {
      total_results: rows.length,
      total_pages: pages,
      first: link(1),
      last: link(pages),
      next: link(page + 1),
      previous: link(page - 1),
    },
    resources: ordered.slice((page - 1) * perPage, page * perPage),
  };
}

function numberOf(query, name, { fallback, most }) {
  if (!query.has(name)) return fallback;
  const value = Number(query.get(name));
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  const bounds = most === Infinity ? 'be a positive integer' : `be between 1 and ${most}`;
  throw new Refusal('CF-BadQueryParameter', `The query parameter is invalid: ${name} must ${bounds}`);
}
