import { readConfig } from '../../src/config/config.js';
import { keyEncryptionSecrets } from '../../src/config/key-encryption-secrets.js';
import { Sealing } from '../../src/database/sealing/sealing.js';
import { SealingKey } from '../../src/database/sealing/sealing-key.js';

const OLD = 'the old value of it all';
const NEW = 'the new value of it all';
const BOTH = `${NEW},${OLD}`;
const COMMA = 'a value, and its comma';
const BLANKS = ' a value between blanks ';

describe('KEY_ENCRYPTION_SECRET', () => {
  it.each([
    ['one value', OLD, [OLD]],
    ['several', `${NEW},${OLD}`, [NEW, OLD]],
    ['blanks and lines around them', ` ${NEW} ,\n${OLD}\n`, [NEW, OLD]],
    ['a comma at the end', `${NEW},`, [NEW]],
    ['one value with a comma', 'a value, and its comma', ['a value, and its comma']],
    ['one value with blanks', ' a value with blanks ', [' a value with blanks ']],
    ['an array', JSON.stringify([NEW, COMMA, BLANKS]), [NEW, COMMA, BLANKS]],
    ['an array with lines', `[\n  ${JSON.stringify(NEW)},\n  ${JSON.stringify(OLD)}\n]\n`, [NEW, OLD]],
    ['an array of one', JSON.stringify([COMMA]), [COMMA]],
    ['one value that is an array of short texts', '["short","shorter"]', ['["short","shorter"]']],
    ['one value that is another array', '[1234567890123456]', ['[1234567890123456]']],
    ['one value that is other JSON', '{"key":"sixteen characters"}', ['{"key":"sixteen characters"}']],
    ['commas only', ',,,,,,,,,,,,,,,,,,', [',,,,,,,,,,,,,,,,,,']],
  ])('holds %s', (_name, text, values) => {
    expect(keyEncryptionSecrets(text)).toEqual(values);
    expect(readConfig({ KEY_ENCRYPTION_SECRET: text }).keyEncryptionSecret).toBe(text);
  });

  it('is refused where it is too short for one value', () => {
    expect(() => readConfig({ KEY_ENCRYPTION_SECRET: 'short,short' })).toThrow(/16 characters/);
  });

  it('seals by its first value and opens what any of them has sealed', () => {
    const byOld = new Sealing(OLD).seal('hunter2');
    const byBoth = new Sealing(BOTH).seal('hunter2');
    for (const stored of [byOld, byBoth]) expect(new Sealing(BOTH).open(stored)).toBe('hunter2');
    expect(new Sealing(NEW).open(byBoth)).toBe('hunter2');
    expect(() => new Sealing(OLD).open(byBoth)).toThrow('KEY_ENCRYPTION_SECRET');
    expect(() => new Sealing(NEW).open(byOld)).toThrow('KEY_ENCRYPTION_SECRET');
    expect(() => new Sealing(null).open(byBoth)).toThrow('KEY_ENCRYPTION_SECRET');
  });

  it('lets each step of a rollout read what the steps beside it write', () => {
    const steps = [OLD, `${OLD},${NEW}`, `${NEW},${OLD}`].map((text) => new Sealing(text));
    for (const [index, step] of steps.entries()) {
      for (const beside of steps.slice(Math.max(0, index - 1), index + 2)) {
        expect(beside.open(step.seal('hunter2'))).toBe('hunter2');
      }
    }
  });

  it.each([
    ['contains a comma', COMMA],
    ['stands between blanks', BLANKS],
  ])('replaces a value that %s', (_name, old) => {
    const stored = sealedByWhole(old, 'hunter2');
    const steps = [old, ...[[old, NEW], [NEW, old], [NEW]].map((each) => JSON.stringify(each))];
    const sealings = steps.map((text) => new Sealing(text));
    let text = stored;
    for (const sealing of sealings) {
      expect(sealing.open(text)).toBe('hunter2');
      text = sealing.resealed(text) ?? text;
    }
    expect(new Sealing(NEW).open(text)).toBe('hunter2');
  });

  it('still opens what was sealed while its commas separated nothing', () => {
    const whole = 'sixteen characters,sixteen characters more';
    const [first] = keyEncryptionSecrets(whole);
    const stored = sealedByWhole(whole, 'hunter2');
    expect(() => new Sealing(first).open(stored)).toThrow('KEY_ENCRYPTION_SECRET');
    expect(new Sealing(whole).open(stored)).toBe('hunter2');
    expect(new Sealing(first).open(new Sealing(whole).resealed(stored) ?? '')).toBe('hunter2');
  });

  it('keeps what a secret looks like: as something sealed, or as something plain', () => {
    for (const secret of ['sealed:1:abc', 'sealed:2:abc:def', 'sealed:', 'plain:abc']) {
      const plain = new Sealing(null).seal(secret);
      for (const setting of [null, OLD, BOTH]) {
        const sealing = new Sealing(setting);
        expect(sealing.open(plain)).toBe(secret);
        expect(sealing.open(sealing.seal(secret))).toBe(secret);
        expect(sealing.open(sealing.resealed(plain) ?? plain)).toBe(secret);
      }
    }
  });

  it('says what is to be sealed anew: what another value sealed, and what nothing did', () => {
    const [one, both] = [new Sealing(OLD), new Sealing(BOTH)];
    expect(both.resealed(both.seal('hunter2'))).toBeNull();
    expect(one.resealed(one.seal('hunter2'))).toBeNull();
    for (const stored of [one.seal('hunter2'), 'hunter2']) {
      expect(both.open(both.resealed(stored) ?? '')).toBe('hunter2');
    }
    expect(one.resealed('hunter2')).toMatch(/^sealed:/);
    expect(new Sealing(null).resealed('hunter2')).toBeNull();
  });

  it.each([
    [OLD, OLD],
    [BOTH, BOTH],
  ])('refuses what was changed or cut (%s)', (by, setting) => {
    const stored = new Sealing(by).seal('hunter2');
    const start = stored.lastIndexOf(':') + 1;
    // The first character: all its bits count, which is not so of the last one.
    const other = stored[start] === 'A' ? 'B' : 'A';
    const changed = stored.slice(0, start) + other + stored.slice(start + 1);
    for (const text of [stored.slice(0, start), stored.slice(0, start + 12), changed]) {
      expect(() => new Sealing(setting).open(text)).toThrow('KEY_ENCRYPTION_SECRET');
    }
  });
});

/** Seals as the version did that knew one value only. */
function sealedByWhole(value: string, secret: string): string {
  return `sealed:1:${new SealingKey(value).encrypt(secret)}`;
}
