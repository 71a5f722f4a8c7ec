import { InvalidInput } from '../../src/core/errors.js';
import { headersSetting, namesOf, withStoredValues } from '../../src/core/policy/headers.js';
import { isSigned, SIGNING_MARK, signingSetting } from '../../src/core/policy/signing.js';
import { changedSettings } from '../../src/core/policy/settings.js';

/** Returns the refusal of a setting. */
function refusalOf(work: () => unknown): InvalidInput {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

const SECRET = 'the value that nobody sees';

describe('The headers of a job', () => {
  it.each<[string, Record<string, string | null>]>([
    ['names and values', { 'X-Api-Key': 'abc', 'x-route': 'eu; q=1' }],
    ['an empty value', { 'X-Flag': '' }],
    ['a value that stays', { 'X-Api-Key': null }],
    ['none', {}],
    ['every letter of a token', { "!#$%&'*+-.^_`|~09Az": 'x' }],
    ['a name that only begins as one of ours', { hosts: 'a', 'xsap-a': 'b', webhook: 'c', baggage: 'd' }],
    ['twenty', Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`X-H${n}`, 'v']))],
    ['8 KB', { 'X-A': 'v'.repeat(8_192 - 3) }],
  ])('may be %s', (_name, given) => {
    expect(headersSetting(given)).toEqual(given);
  });

  const OURS = [
    ...['authorization', 'host', 'content-length', 'content-type', 'cookie', 'user-agent', 'traceparent'],
    ...['tracestate', 'accept-encoding', 'expect', 'connection', 'keep-alive', 'te', 'trailer'],
    ...['transfer-encoding', 'upgrade', 'proxy-authorization', 'proxy-connection', 'x-sap-job-id'],
    ...['x-sap-anything', 'x-carillon-attempt', 'webhook-id', 'webhook-signature'],
  ];
  it.each([...OURS, ...OURS.map((name) => name.toUpperCase())])('may not have %s', (name) => {
    const { field, message } = refusalOf(() => headersSetting({ 'X-Fine': 'a', [name]: SECRET }));
    expect(field).toBe('headers');
    expect(message).toMatch(new RegExp(`^'headers' must not have '${name}', because .+: leave it out$`));
    expect(message).not.toContain(SECRET);
  });

  it.each<[string, unknown, RegExp]>([
    ['a text', SECRET, /^'headers' must be an object of names and values.*but is a string$/],
    ['an array', [SECRET], /but is an array$/],
    ['a number', 5, /but is a number$/],
    ['an empty name', { '': SECRET }, /'headers' has '', which is no name of a header/],
    ['a blank in a name', { 'X A': SECRET }, /'headers' has 'X A', which is no name of a header/],
    ['a colon in a name', { 'X:A': SECRET }, /which is no name of a header/],
    ['a letter that is no token', { 'X-\u00c4': SECRET }, /which is no name of a header/],
    ['a number as value', { 'X-A': 5 }, /needs a text as the value of 'X-A', or null .*but it is a number$/],
    ['an object as value', { 'X-A': { a: SECRET } }, /the value of 'X-A'.*but it is an object$/],
    ['a line end in a value', { 'X-A': `${SECRET}\r\nX-B: 1` }, /control characters .*the value of 'X-A'/],
    ['a NUL in a value', { 'X-A': `${SECRET}\0` }, /control characters/],
    ['a tab in a value', { 'X-A': `a\t${SECRET}` }, /control characters/],
    ['a letter beyond ASCII in a value', { 'X-A': `${SECRET}\u00fc` }, /beyond ASCII in the value of 'X-A'/],
    [
      'a blank at the end of a value',
      { 'X-A': `${SECRET} ` },
      /a blank at the begin or end of the value of 'X-A'/,
    ],
    [
      'the same name twice',
      { 'X-A': SECRET, 'x-a': SECRET },
      /has 'X-A' and 'x-a', which are the same header/,
    ],
    [
      'twenty-one',
      Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`X-H${n}`, SECRET])),
      /must have at most 20 headers, but has 21/,
    ],
    [
      'a byte more than 8 KB',
      { 'X-A': 'v'.repeat(8_190) },
      /has 8193 bytes of names and values: at most 8192/,
    ],
  ])('may not be %s', (_name, given, words) => {
    const { field, message } = refusalOf(() => headersSetting(given));
    expect(field).toBe('headers');
    expect(message).toMatch(words);
    expect(message).not.toContain(SECRET);
  });

  it('take stored values where null stands, by any letter case, and say which are missing', () => {
    const stored = { 'X-Api-Key': 'k', 'X-Gone': 'g' };
    expect(withStoredValues({ 'x-api-key': null, 'X-New': 'n' }, stored)).toEqual({
      'x-api-key': 'k',
      'X-New': 'n',
    });
    const { field, message } = refusalOf(() =>
      withStoredValues({ 'X-A': null, 'X-B': null, 'X-C': 'c' }, stored),
    );
    expect(field).toBe('headers');
    expect(message).toMatch(/^'headers' needs the value of 'X-A', 'X-B': /);
  });

  it('are no larger with stored values than without', () => {
    const stored = { 'X-A': 'v'.repeat(5_000) };
    expect(
      refusalOf(() => withStoredValues({ 'X-A': null, 'X-B': 'v'.repeat(5_000) }, stored)).message,
    ).toMatch(/at most 8192/);
  });

  it('are shown by their names', () => {
    expect(namesOf({ 'X-A': 'a', 'X-B': null })).toEqual({ 'X-A': null, 'X-B': null });
  });
});

describe('The setting signing', () => {
  it('is true, or nothing', () => {
    expect([true, false].map(signingSetting)).toEqual([true, null]);
    for (const wrong of ['true', 1, {}, []]) {
      expect(refusalOf(() => signingSetting(wrong))).toMatchObject({
        field: 'signing',
        message: expect.stringMatching(/^'signing' must be true or false, but is /),
      });
    }
  });

  it('leaves its mark in stored settings, and nothing else does', () => {
    const textOf = (change: object) => changedSettings(null, change).text;
    expect(isSigned(textOf({ timeout: '1 minute', signing: true }))).toBe(true);
    expect(isSigned(null)).toBe(false);
    const disguised = { cancelAction: `https://a.example.com/?${SIGNING_MARK}`, headers: { signing: null } };
    expect(isSigned(textOf(disguised))).toBe(false);
  });
});
