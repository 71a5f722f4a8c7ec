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
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const faults = [...new Set(issues.map((issue) => sentence(issue, pathText(issue.path))))];
  const told = faults.slice(0, MOST_FAULTS).join('; also: ');
  const more = faults.length > MOST_FAULTS ? `; and ${faults.length - MOST_FAULTS} more` : '';
  throw new InvalidInput(`${told}${more}`, pathText(issues[0]?.path ?? []));
}

/** Turns a parser that throws InvalidInput into a step of a schema, which reports the refusal at its place in the document. */
export function refusing<In, Out>(parse: (value: In) => Out) {
  return (value: In, context: z.RefinementCtx): Out => {
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  };
}

function sentence(issue: z.core.$ZodIssue, path: string): string {
  const name = path === '' ? 'The body' : `'${path}'`;
  switch (issue.code) {
    case 'custom':
      return `${placeBefore(issue.path)}${issue.message}`;
    case 'invalid_type':
      if (issue.input === undefined && path !== '') return `${name} is required: give ${a(issue.expected)}`;
      return `${name} must be ${a(issue.expected)}, but is ${shownAt(path, issue.input)}`;
    case 'invalid_value':
      return `${name} must be one of ${issue.values.join(', ')}, but is ${shownAt(path, issue.input)}`;
    case 'too_small':
      return `${name} must have at least ${String(issue.minimum)} ${issue.origin === 'array' ? 'entries' : 'characters'}`;
    case 'too_big':
      return `${name} must have at most ${String(issue.maximum)} ${issue.origin === 'array' ? 'entries' : 'characters'}`;
    default:
      return `${name}: ${issue.message}`;
  }
}

/** Returns a value for a message, but never one of a password or a secret. */
function shownAt(path: string, value: unknown): string {
  return /password|secret/i.test(path) ? 'something else' : shown(value);
}

/** Returns the path to the object that holds a field, such as `schedules[1].`. Messages of the core name only the field. */
function placeBefore(path: readonly PropertyKey[]): string {
  return path.length > 1 ? `${pathText(path.slice(0, -1))}.` : '';
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

function a(expected: string): string {
  if (expected === 'object') return 'a JSON object';
  return /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}
