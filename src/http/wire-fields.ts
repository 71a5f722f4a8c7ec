import { z } from 'zod';
import { parseDate } from '../core/text/date-input.js';
import { InvalidInput, NotFound, shown } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import { isUuid } from '../core/uuid.js';
import { refusing } from './validation.js';

/** Schemas of fields that several resources share. Their `meta` is what the OpenAPI document shows of them. */

const flagOf = (field: string, numbers: boolean) => (value: unknown) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || (numbers && value === 1)) return true;
  if (value === 'false' || (numbers && value === 0)) return false;
  if (value === undefined) throw new InvalidInput(`'${field}' is required: give true or false`, field);
  throw new InvalidInput(`'${field}' must be a boolean (true or false), but is ${shown(value)}`, field);
};

/** A boolean, or the text `"true"` or `"false"`. */
export const flag = (field: string) =>
  z
    .unknown()
    .transform(refusing(flagOf(field, false)))
    .meta({ type: 'boolean' });

/** Like `flag`, but 1 and 0 are permitted too. */
export const activeFlag = (field = 'active') =>
  z
    .unknown()
    .transform(refusing(flagOf(field, true)))
    .meta({ type: 'boolean' });

/** The forms of a time: text, a date with its format, or nothing. */
export const TIME_VALUES = [
  { type: 'string' },
  {
    type: 'object',
    properties: { date: { type: 'string' }, format: { type: 'string' } },
    required: ['date'],
  },
  { type: 'null' },
] as const;

/** The value of `startTime` or `endTime`: text, `{date, format}`, or `null` to clear it. The output is an Instant or null. */
export const dateValue = (field: string) =>
  z
    .unknown()
    .transform(
      refusing((value: unknown): Instant | null => (value === null ? null : parseDate(value, field))),
    )
    .meta({ anyOf: [...TIME_VALUES] });

const LONGEST_DESCRIPTION = 2_000;

const notTooLong = (text: string | null) => {
  if (text === null) return '';
  const length = Array.from(text).length;
  if (length <= LONGEST_DESCRIPTION) return text;
  throw new InvalidInput(
    `'description' has ${length} characters: at most ${LONGEST_DESCRIPTION} are allowed, shorten it`,
    'description',
  );
};

/** A description; `null` becomes the empty text. Longer ones than permitted may be stored from before there was a limit. */
export const description = () =>
  z.string().meta({ maxLength: LONGEST_DESCRIPTION }).nullable().transform(refusing(notTooLong));

const DIGITS = /^\d{1,15}$/;

/** The id of a job in a path or query. Throws NotFound, not InvalidInput, for text that cannot be an id: no job has it. */
export const jobIdText = () =>
  z
    .string()
    .transform((text) => {
      if (DIGITS.test(text) && Number(text) > 0) return Number(text);
      throw new NotFound(`There is no job with the id ${shown(text)}.`);
    })
    .meta({ type: ['integer', 'string'] });

/** The id of something in a path or query. Throws NotFound for text that is not a UUID: nothing has such an id. */
export const uuidText = (what: 'schedule' | 'run' | 'signing key') =>
  z.string().transform((text) => {
    if (isUuid(text)) return text.toLowerCase();
    throw new NotFound(`There is no ${what} with the id ${shown(text)}.`);
  });

/** The `page_size` of a query, at most `most`. */
export const pageSize = (most: number) =>
  wholeNumber(
    (value) => `'page_size' must be a whole number from 1 to ${most}, but is ${shown(value)}`,
    1,
    most,
  ).optional();

/** The `offset` of a query. */
export const pageOffset = () =>
  wholeNumber(
    (value) => `'offset' must be a whole number, 0 or more, but is ${shown(value)}`,
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional();

/** A whole number in a query. `refusal` makes the whole message where a value is not a number, or out of range. */
export function wholeNumber(refusal: (value: unknown) => string, from: number, to: number) {
  const parse = (value: unknown): number => {
    const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : NaN;
    if (number >= from && number <= to) return number;
    throw new InvalidInput(refusal(value));
  };
  return z.unknown().transform(refusing(parse)).meta({ type: 'integer', minimum: from, maximum: to });
}
