import moment from 'moment';
import type { Instant } from '../instant.js';

const LONGEST_FORMAT = 100;
const PERMITTED =
  'YYYY YY Q M MM MMM MMMM D DD Do DDD DDDD X x gggg gg w ww e GGGG GG W WW E H HH h hh a A m mm s ss S SS SSS Z ZZ';
const TOKENS = new Set(PERMITTED.split(' '));
/**
 * The tokens that set the year. A format needs one of them; otherwise the date would depend on the day on which
 * it is read.
 */
const YEAR_TOKENS = new Set(['YYYY', 'YY', 'gggg', 'gg', 'GGGG', 'GG', 'X', 'x']);
/** The pieces of a format: repetitions of one letter, `Do`, texts in brackets, and single other characters. */
const PIECES = /\[[^[\]]*\]|Do|([A-Za-z])\1*|[^]/g;

/** Returns the reason why a format is not permitted, as the end of a sentence, or null when it is permitted. */
export function formatProblem(format: unknown): string | null {
  if (typeof format !== 'string') return 'is not a text';
  if (format.length > LONGEST_FORMAT) return `is longer than ${LONGEST_FORMAT} characters`;
  const pieces = format.match(PIECES) ?? [];
  const unknown = pieces.find((piece) => /^[A-Za-z\\]/.test(piece) && piece !== 'T' && !TOKENS.has(piece));
  if (unknown !== undefined) {
    return `holds '${unknown}', which is not a token; permitted are ${PERMITTED} (other letters in square brackets)`;
  }
  if (!pieces.some((piece) => YEAR_TOKENS.has(piece)))
    return 'does not say the year (YYYY, YY, GGGG, gggg, X or x)';
  return null;
}

/**
 * Returns the instant of a text that is read strictly by a permitted format, or null when the text does not fit.
 * Month names are English. Without an offset the time is UTC. Parts that the format leaves out have their lowest
 * value (January, the first, 00:00).
 */
export function dateOfFormat(text: string, format: string): Instant | null {
  const offset = /[+-](\d\d):?(\d\d)$/.exec(text);
  if (format.endsWith('Z') && offset !== null && (Number(offset[1]) > 23 || Number(offset[2]) > 59))
    return null;
  const read = moment.utc(text, format, 'en', true);
  return read.isValid() ? read.valueOf() : null;
}
