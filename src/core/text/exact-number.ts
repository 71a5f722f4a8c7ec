/** A decimal number without its sign: `digits` times ten to the power of `exponent`, without zeros at either end. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

const FORM = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const ZERO = 0x30;
const MOST_DIGITS = 17;

/**
 * Returns whether a number of a JSON text, given as it is written, keeps its value when it is read as a double and
 * written again: `1.0`, `1e2` and `0.1` do, `9007199254740993`, `1E400` and `1e-400` do not. A whole number must be
 * written again with the same value; for one with a fraction, below 2^53, it is enough that the double is the same to
 * 17 digits (rest-api.md, "Conventions").
 */
export function isKeptExactly(source: string): boolean {
  // The common case: the way in which JavaScript writes it.
  if (String(Number(source)) === source) return true;
  const given = decimalOf(source);
  const read = Math.abs(Number(source));
  if (given.digits === '') return true;
  if (read === 0 || !Number.isFinite(read)) return false;
  if (isSame(given, decimalOf(String(read)))) return true;
  const hasFraction = given.exponent < 0;
  if (!hasFraction || read > Number.MAX_SAFE_INTEGER) return false;
  return isSame(rounded(given), decimalOf(read.toPrecision(MOST_DIGITS)));
}

function isSame(one: Decimal, other: Decimal): boolean {
  return one.exponent === other.exponent && one.digits === other.digits;
}

function decimalOf(source: string): Decimal {
  const [, whole = '', fraction = '', power = '0'] = FORM.exec(source) ?? [];
  return trimmed(whole + fraction, Number(power) - fraction.length);
}

/** Zeros are counted one by one: a regular expression for those at the end takes quadratic time. */
function trimmed(digits: string, exponent: number): Decimal {
  let from = 0;
  let to = digits.length;
  while (from < to && digits.charCodeAt(from) === ZERO) from++;
  while (to > from && digits.charCodeAt(to - 1) === ZERO) to--;
  return { digits: digits.slice(from, to), exponent: exponent + digits.length - to };
}

/** Returns a number to 17 digits; halves go up, as in `toPrecision`. */
function rounded({ digits, exponent }: Decimal): Decimal {
  const over = digits.length - MOST_DIGITS;
  if (over <= 0) return { digits, exponent };
  const kept = BigInt(digits.slice(0, MOST_DIGITS)) + (digits.charCodeAt(MOST_DIGITS) >= ZERO + 5 ? 1n : 0n);
  return trimmed(String(kept), exponent + over);
}
