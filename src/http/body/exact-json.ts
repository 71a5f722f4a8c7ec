import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { InvalidInput, shown } from '../../core/errors.js';
import { JsonScan, type JsonFinding, type Part } from './json-scan.js';
import { pathText } from '../validation.js';

/** So many levels of objects and arrays a JSON text may have (rest-api.md, "Conventions"). */
export const MOST_LEVELS = 100;

/**
 * Returns the value of JSON text, which is the one that was written: numbers in free data keep their value, and no text
 * has half of a character. `name` names the whole text in messages, '' for a body. Throws InvalidInput for text that is
 * nested too deep or says what would not be kept (at most 10 places are told), SyntaxError for text that is not JSON.
 * Of a key that is given twice the last counts, as for `JSON.parse`.
 */
export function exactJson(text: string, name: string, whole: Part, mostLevels = MOST_LEVELS): unknown {
  const findings = findingsIn(text, name, whole, mostLevels);
  return valueOf(text, name, findings);
}

/** Does the same for text of megabytes: it is walked in one turn of the event loop, parsed in the next, and handed on in a third. */
export async function exactLargeJson(text: string, whole: Part, mostLevels: number): Promise<unknown> {
  const findings = findingsIn(text, '', whole, mostLevels);
  await turnOfLoop();
  const value = valueOf(text, '', findings);
  await turnOfLoop();
  return value;
}

function findingsIn(text: string, name: string, whole: Part, mostLevels: number): readonly JsonFinding[] {
  const scan = new JsonScan(text, whole);
  if (scan.isWithin(mostLevels)) return scan.findings;
  throw name === ''
    ? new InvalidInput(`The body is nested deeper than ${mostLevels} levels: flatten it.`)
    : new InvalidInput(`'${name}' must be flatter: it is nested deeper than ${mostLevels} levels`, name);
}

function valueOf(text: string, name: string, findings: readonly JsonFinding[]): unknown {
  const value: unknown = JSON.parse(text);
  const [first] = findings;
  if (first === undefined) return value;
  const sentences = findings.map((finding) => sentence(finding, placeOf(finding, name)));
  throw new InvalidInput([...new Set(sentences)].join('; also: '), placeOf(first, name));
}

function placeOf({ path }: JsonFinding, name: string): string {
  return pathText(name === '' ? path : [name, ...path]).toWellFormed();
}

function sentence({ kind, isKey, source }: JsonFinding, place: string): string {
  if (kind === 'number') {
    return `'${place}' is the number ${cut(source)}, which would become ${Number(source)}: send it as text`;
  }
  const subject = place === '' ? 'The body' : `'${place}'`;
  return `${subject} has ${isKey ? 'a key with ' : ''}half of a character, ${source}: send whole characters`;
}

function cut(source: string): string {
  return shown(source).replaceAll("'", '');
}
