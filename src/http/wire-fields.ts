import { z } from 'zod';
import { parseDate } from '../core/text/date-input.js';
import { InvalidInput, NotFound, shown } from '../core/errors.js';
import type { Instant } from '../core/instant.js';
import { isUuid } from '../core/uuid.js';
import { refusing } from './validation.js';

/** Zod pieces for the fields that several resources share. Each names the form it has in the OpenAPI document. */

const flagOf = (field: string, numbers: boolean) => (value: unknown) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || (numbers && value === 1)) return true;
  if (value === 'false' || (numbers && value === 0)) return false;
  throw new InvalidInput(`'${field}' must be a boolean (true or false), but is ${shown(value)}`, field);
};

/** A boolean, or its text `"true"`/`"false"`. */
export const flag = (field: string) =>
  z
    .unknown()
    .transform(refusing(flagOf(field, false)))
    .meta({ type: 'boolean' });

/** Like `flag`, and 1 or 0. */
export const activeFlag = (field = 'active') =>
  z
    .unknown()
    .transform(refusing(flagOf(field, true)))
    .meta({ type: 'boolean' });

/** A date value of `startTime`, `endTime`: text or `{date, format}`; `null` clears. */
export const dateValue = (field: string) =>
  z
    .unknown()
    .transform(
      refusing((value: unknown): Instant | null => (value === null ? null : parseDate(value, field))),
    )
    .meta({ type: ['string', 'object', 'null'] });

/** Text, and the empty text for `null`. */
export const textOrEmpty = () => z.union([z.string(), z.null().transform(() => '')]);

const DIGITS = /^\d{1,15}$/;

/** The id of a job as text; one that is no number names nothing. */
export const jobIdText = () =>
  z.string().transform((text) => {
    if (DIGITS.test(text) && Number(text) > 0) return Number(text);
    throw new NotFound(`There is no job with the id ${shown(text)}.`);
  });

/** The id of a schedule or a run as text; one that is no UUID names nothing. */
export const uuidText = (what: 'schedule' | 'run') =>
  z.string().transform((text) => {
    if (isUuid(text)) return text.toLowerCase();
    throw new NotFound(`There is no ${what} with the id ${shown(text)}.`);
  });

/** A whole number of a query, given as text; `refusal` is the whole message where it is none, or out of range. */
export const wholeNumber = (refusal: string, from: number, to: number) => numberText(() => refusal, from, to);

/** `page_size` of a query. */
export const pageSize = (most: number) =>
  numberText(
    (value) => `'page_size' must be a whole number from 1 to ${most}, but is ${shown(value)}`,
    1,
    most,
  ).optional();

/** `offset` of a query. */
export const pageOffset = () =>
  numberText(
    (value) => `'offset' must be a whole number, 0 or more, but is ${shown(value)}`,
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional();

function numberText(refusal: (value: unknown) => string, from: number, to: number) {
  const parse = (value: unknown): number => {
    const number = typeof value === 'string' && DIGITS.test(value) ? Number(value) : NaN;
    if (number >= from && number <= to) return number;
    throw new InvalidInput(refusal(value));
  };
  return z.unknown().transform(refusing(parse)).meta({ type: 'integer', minimum: from, maximum: to });
}
