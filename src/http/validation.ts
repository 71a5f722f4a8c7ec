import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { InvalidInput, shown } from '../core/errors.js';
import { firstCharacters } from '../core/text/first-characters.js';

/** Parses arguments by the schemas that `@Body({ schema })`, `@Query({ schema })` and `@Param({ schema })` declare. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema }: ArgumentMetadata): unknown {
    return schema instanceof z.ZodType ? parsed(schema, value) : value;
  }
}

/** So many things that are wrong with a value are told at once. */
const MOST_FAULTS = 10;

/** Returns what a schema makes of a value. Throws InvalidInput with all that is wrong with the value, at most 10 things. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true, error: wanted });
  if (result.success) return result.data;
  const { issues } = result.error;
  const mistyped = new Set(
    issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => pathText(path)),
  );
  // zod also counts the characters of a text that stands where an array is wanted.
  const apt = issues.filter(({ code, path }) => code === 'invalid_type' || !mistyped.has(pathText(path)));
  const faults = [...new Set(apt.map(sentence))];
  const told = faults.slice(0, MOST_FAULTS).join('; also: ');
  const more = faults.length > MOST_FAULTS ? `; and ${faults.length - MOST_FAULTS} more` : '';
  throw new InvalidInput(`${told}${more}`, pathText(issues[0]?.path ?? []), suggestionIn(issues));
}

/** Under this name an issue carries the suggestion of the refusal that it was. */
const SUGGESTION = 'suggestion';

function suggestionIn(issues: readonly z.core.$ZodIssue[]): string | undefined {
  for (const issue of issues) {
    const suggestion: unknown = issue.code === 'custom' ? issue.params?.[SUGGESTION] : undefined;
    if (typeof suggestion === 'string') return suggestion;
  }
  return undefined;
}

/** Turns a parser that throws InvalidInput into a step of a schema, which reports the refusal at its place in the document. */
export function refusing<In, Out>(parse: (value: In) => Out) {
  return (value: In, context: z.RefinementCtx): Out => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      const { message, suggestion } = error;
      context.addIssue({ code: 'custom', message, params: { [SUGGESTION]: suggestion } });
      return z.NEVER;
    }
  };
}

/**
 * Returns what is wanted of a value, to be read after its name: `must be a string`. It is asked where the schema has no
 * words of its own, which are of the same form.
 */
function wanted(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nounOf(issue.expected)}`;
    case 'invalid_format':
      return `must be ${nounOf(issue.format)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin);
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin);
    default:
      return 'must have another form';
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  object: 'a JSON object',
  record: 'a JSON object',
  array: 'an array',
  int: 'a whole number',
  uuid: 'a UUID',
  guid: 'a UUID',
};

const nounOf = (expected: string) => NOUNS[expected] ?? `a ${expected}`;

function bound(which: string, limit: number | bigint, origin: string): string {
  const units = { string: ['character', 'characters'], array: ['entry', 'entries'] }[origin];
  if (units === undefined) return `must be ${which} ${limit}`;
  return `must have ${which} ${limit} ${units[Number(limit) === 1 ? 0 : 1]}`;
}

function sentence(issue: z.core.$ZodIssue): string {
  const { code, path, message, input } = issue;
  if (code === 'custom') return placed(path, message);
  if (code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, MOST_FAULTS).map((key) => `'${pathText([...path, key])}'`);
    return `${names.join(', ')} ${names.length === 1 ? 'is not known: leave it' : 'are not known: leave them'} out`;
  }
  const place = pathText(path);
  if (place === '') return `The body ${message}, but is ${shown(input)}`;
  if (input === undefined) return `'${place}' is required: ${message.replace(/^must be/, 'give')}`;
  return `'${place}' ${message}, but is ${shownAt(place, input)}`;
}

/** Returns the message of a parser of ours with the place of what it is about. Such a message names only the field itself. */
function placed(path: readonly PropertyKey[], message: string): string {
  const last = path.at(-1);
  if (typeof last === 'number') return `'${pathText(path)}': ${message}`;
  if (path.length < 2) return message;
  const isQuoted = ["'", '.', '['].some((after) => message.startsWith(`'${String(last)}${after}`));
  const place = pathText(path.slice(0, -1));
  return isQuoted ? `'${place}.${message.slice(1)}` : `${place}.${message}`;
}

/** Returns a value for a message, but never one of a password, a secret or other credentials. */
function shownAt(path: string, value: unknown): string {
  return /password|secret|credential/i.test(path) ? 'something else' : shown(value);
}

/** How much of a caller's key a message shows, and how many keys of a path: a message is not to grow with the body. */
const MOST_OF_KEY = 60;
const MOST_KEYS = 20;

/** Returns a path as messages show it: `schedules[1].time`; '' for the document itself. */
export function pathText(path: readonly PropertyKey[]): string {
  const half = MOST_KEYS / 2;
  const keys = path.length <= MOST_KEYS ? path : [...path.slice(0, half), '...', ...path.slice(-half)];
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? shownKey(key) : `${text}.${shownKey(key)}`;
  }, '');
}

function shownKey(key: PropertyKey): string {
  const text = String(key);
  return text.length <= MOST_OF_KEY ? text : `${firstCharacters(text, MOST_OF_KEY)}...`;
}
