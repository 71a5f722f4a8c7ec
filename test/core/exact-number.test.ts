import fc from 'fast-check';
import { isKeptExactly } from '../../src/core/text/exact-number.js';

const KEPT = [
  ...['0', '-0', '0.0', '0e999', '1', '-1', '1.0', '1.50', '1e2', '1E+2', '1e-2', '0.1', '-0.1', '100e-2'],
  ...[
    '0.30000000000000004',
    '0.10000000000000001',
    '0.1000000000000000055511151231257827',
    '1.7976931348623157e308',
  ],
  ...['9007199254740991', '9007199254740992', '9007199254740994', '5e-324', '2.2250738585072014e-308'],
  ...[
    '100000000000000000000',
    '1e20',
    '1e23',
    '1000000000000000000000000',
    '12345678901234567000',
    '0.1234567890123456789',
  ],
  ...['2251799813685248.5', `1${'0'.repeat(300)}`, `0.${'0'.repeat(300)}1`, `1.${'0'.repeat(5_000)}`],
];
const CHANGED = [
  ...[
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '9007199254740993e0',
    '90071992547409930e-1',
  ],
  ...[
    '9223372036854775807',
    '18446744073709551615',
    '123456789012345678901234567890',
    '100000000000000000001',
  ],
  ...[
    '1E400',
    '-1e400',
    '1e-400',
    '3e-324',
    '1e309',
    '9007199254740993.5',
    '4503599627370496.5',
    '123456789012345678.5',
  ],
  ...['3.14159265358979323846', `1${'0'.repeat(400)}`, `1${'0'.repeat(40)}1`, `0.${'0'.repeat(400)}1`],
];

describe('A number in a JSON text', () => {
  it.each(KEPT)('is kept: %s', (source) => {
    expect(isKeptExactly(source)).toBe(true);
  });

  it.each(CHANGED)('is changed: %s', (source) => {
    expect(isKeptExactly(source)).toBe(false);
  });

  it('is kept where JavaScript wrote it, whichever it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        isKeptExactly(String(value)),
      ),
    );
  });

  it('is kept with up to 15 digits, whichever they are', () => {
    const digits = fc.tuple(
      fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
      fc.integer({ min: -290, max: 290 }),
    );
    fc.assert(fc.property(digits, ([whole, power]) => isKeptExactly(`${whole}e${power}`)));
  });

  it('is changed where it is whole and the number that is read is another', () => {
    const large = fc.bigInt({ min: 2n ** 53n, max: 10n ** 21n - 1n });
    fc.assert(
      fc.property(
        large,
        (value) => isKeptExactly(String(value)) === (String(Number(value)) === String(value)),
      ),
    );
  });
});
