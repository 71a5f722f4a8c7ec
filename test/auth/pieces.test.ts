import { AuthModule } from '../../src/auth/auth.module.js';
import {
  fittingProof,
  HASH_COST,
  newSalt,
  newSecret,
  proofOf,
  SLOW,
} from '../../src/auth/binding/client-secret.js';
import { credentialsOf } from '../../src/auth/authorization-header.js';
import { signerAt } from '../../src/auth/key/key-times.js';
import { NewBindingModule } from '../../src/command/new-binding.module.js';
import { readConfig } from '../../src/config/config.js';
import { Sealing } from '../../src/database/sealing/sealing.js';

describe('A client secret', () => {
  it('fits its own proof alone, among the several of a binding', async () => {
    const salt = newSalt(SLOW);
    const [one, two] = [newSecret(), newSecret()];
    const proofs = [await proofOf(one, salt), await proofOf(two, salt)];
    expect(await fittingProof(one, proofs, SLOW)).toBe(proofs[0]);
    expect(await fittingProof(two, proofs, SLOW)).toBe(proofs[1]);
    expect(await fittingProof(newSecret(), proofs, SLOW)).toBeNull();
    expect(await fittingProof(one, [], SLOW)).toBeNull();
  });

  it('is kept as a salted hash, another one each time', async () => {
    const secret = newSecret();
    const proofs = await Promise.all([proofOf(secret, newSalt(SLOW)), proofOf(secret, newSalt(SLOW))]);
    expect(proofs[0]).not.toBe(proofs[1]);
    expect(proofs.join()).not.toContain(secret);
  });

  it('is hashed at the full cost by the service and by npm run new-binding: only test applications have it cheaper', () => {
    const command = NewBindingModule.of(readConfig({ DATABASE_URL: 'sqlite::memory:' })).providers;
    for (const providers of [Reflect.getMetadata('providers', AuthModule), command]) {
      expect(providers).toContainEqual({ provide: HASH_COST, useValue: 16_384 });
    }
  });

  it('fits a proof of another cost than the one of today', async () => {
    const stored = await proofOf('one', newSalt(2));
    expect(stored).toMatch(/^scrypt\$2\$/);
    expect(await fittingProof('one', [stored], SLOW)).toBe(stored);
    expect(await fittingProof('two', [stored], SLOW)).toBeNull();
  });

  it('costs an unknown client as much CPU as a known one', async () => {
    const salt = newSalt(SLOW);
    const proofs = [await proofOf('one', salt), await proofOf('two', salt)];
    const cpuOf = async (stored: readonly string[]) => {
      const before = process.cpuUsage();
      await fittingProof('wrong', stored, SLOW);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    // The least of many: a collection of garbage counts as CPU too, and falls on whom it likes.
    const costs: [number, number][] = [];
    for (let n = 0; n < 15; n++) costs.push([await cpuOf([]), await cpuOf(proofs)]);
    const leastOf = (place: 0 | 1) => Math.min(...costs.map((cost) => cost[place]));
    const ratio = leastOf(0) / leastOf(1);
    // One slow hash each: without the one for unknown clients the ratio would be below a hundredth, with one per proof a half.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.6);
  });
});

describe('An Authorization header', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['Bearer abc', { kind: 'bearer', token: 'abc' }],
    ['bearer  abc ', { kind: 'bearer', token: 'abc' }],
    [basic('id:secret'), { kind: 'basic', clientId: 'id', secret: 'secret' }],
    [basic('id:se:cret'), { kind: 'basic', clientId: 'id', secret: 'se:cret' }],
    [basic('sb-a%21b1%7Cx:s%2Fs'), { kind: 'basic', clientId: 'sb-a!b1|x', secret: 's/s' }],
    [basic('id:100%'), { kind: 'basic', clientId: 'id', secret: '100%' }],
    [basic('nocolon'), { kind: 'none' }],
    [basic(':secret'), { kind: 'none' }],
    ['Bearer', { kind: 'none' }],
    ['Digest abc', { kind: 'none' }],
    [undefined, { kind: 'none' }],
  ])('%s is read', (header, credentials) => {
    expect(credentialsOf(header)).toEqual(credentials);
  });
});

describe('The signing key', () => {
  const key = (createdAt: number) => ({ createdAt });

  it.each([
    ['none', [], 0, null],
    ['the only one, however young', [0], 0, 0],
    ['the old one for a minute', [0, 100_000], 159_999, 0],
    ['the young one from then on', [0, 100_000], 160_000, 100_000],
    ['the oldest of several that are all too young', [0, 1], 1, 0],
  ])('is %s', (_name, createdAt, now, expected) => {
    expect(signerAt(createdAt.map(key), now)?.createdAt ?? null).toBe(expected);
  });
});

describe('Sealing', () => {
  it('hides a secret, differently each time, and opens it again', () => {
    const sealing = new Sealing('a secret of the deployment');
    const sealed = [sealing.seal('hunter2'), sealing.seal('hunter2')];
    expect(sealed[0]).not.toBe(sealed[1]);
    for (const text of sealed) {
      expect(text).not.toContain('hunter2');
      expect(sealing.open(text)).toBe('hunter2');
    }
  });

  it.each(['hunter2', '', 'sealed:1:x', 'plain:x', 'plain:sealed:1:x'])(
    'stores %j as it is without a secret, and opens it with or without one',
    (secret) => {
      const stored = new Sealing(null).seal(secret);
      expect(stored).toContain(secret);
      for (const key of [null, 'configured later on']) expect(new Sealing(key).open(stored)).toBe(secret);
    },
  );

  it('refuses what was sealed by another secret, and what was tampered with', () => {
    const sealed = new Sealing('a secret of the deployment').seal('hunter2');
    expect(() => new Sealing('another secret here').open(sealed)).toThrow('KEY_ENCRYPTION_SECRET');
    expect(() => new Sealing(null).open(sealed)).toThrow('KEY_ENCRYPTION_SECRET');
    const bytes = Buffer.from(sealed.slice('sealed:1:'.length), 'base64url');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    const tampered = `sealed:1:${bytes.toString('base64url')}`;
    expect(() => new Sealing('a secret of the deployment').open(tampered)).toThrow();
  });
});
