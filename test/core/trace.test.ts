import fc from 'fast-check';
import { isRunSampled, thresholdOf } from '../../src/core/trace/run-sampling.js';
import { shownUrl } from '../../src/core/trace/shown-url.js';
import { parseTraceparent, traceparentOf } from '../../src/core/trace/traceparent.js';
import { newUuid } from '../../src/database/uuid-v7.js';

const aShare = fc.double({ min: 0, max: 1, noNaN: true });
const aRunId = fc.integer({ min: 0, max: 2 ** 42 }).map(newUuid);
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((digits) => /[^0]/.test(digits));

/** The last 7 bytes of an id, read as the contract says it. */
const randomPart = (runId: string) => BigInt(`0x${runId.replaceAll('-', '').slice(18)}`);

describe('The share of runs', () => {
  it('takes 0.8 to 1.2 % of 100,000 runs where it is 0.01', () => {
    const threshold = thresholdOf(0.01);
    const now = Date.UTC(2030, 0, 1);
    let sampled = 0;
    for (let run = 0; run < 100_000; run++) if (isRunSampled(newUuid(now + run), threshold)) sampled++;
    expect(sampled).toBeGreaterThanOrEqual(800);
    expect(sampled).toBeLessThanOrEqual(1_200);
  });

  it('is decided by the last 7 bytes of the id: at least (1 - share) * 2^56', () => {
    fc.assert(
      fc.property(aRunId, aShare, (runId, share) => {
        const least = BigInt(Math.ceil((1 - share) * 2 ** 56));
        // Doubles have 53 of the 56 bits: what lies nearer than that is not told apart.
        fc.pre(share > 0 && Math.abs(Number(randomPart(runId) - least)) > 16);
        return isRunSampled(runId, thresholdOf(share)) === randomPart(runId) >= least;
      }),
    );
  });

  it('depends on nothing else: neither on the time nor on the version of the id', () => {
    const threshold = thresholdOf(0.5);
    expect(isRunSampled('ffffffff-ffff-7fff-bf7f-fffffffff000', threshold)).toBe(false);
    expect(isRunSampled('00000000-0000-7000-8080-000000000000', threshold)).toBe(true);
  });

  it('takes whatever a smaller share takes', () => {
    fc.assert(
      fc.property(aRunId, aShare, aShare, (runId, one, other) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        return !isRunSampled(runId, thresholdOf(small)) || isRunSampled(runId, thresholdOf(large));
      }),
    );
  });

  it('of 0 takes none and of 1 takes all', () => {
    for (const runId of ['00000000-0000-7000-8000-000000000000', 'ffffffff-ffff-7fff-bfff-ffffffffffff']) {
      expect(isRunSampled(runId, thresholdOf(0))).toBe(false);
      expect(isRunSampled(runId, thresholdOf(1))).toBe(true);
    }
  });
});

describe('The header traceparent', () => {
  it('is read as it is written, with the random bit and with the sampled bit where that is so', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, isSampled) => {
        const text = traceparentOf({ traceId, spanId }, isSampled);
        expect(text.endsWith(isSampled ? '-03' : '-02')).toBe(true);
        expect(parseTraceparent(text)).toEqual({ traceId, spanId });
      }),
    );
  });

  const trace = '0af7651916cd43dd8448eb211c80319c';
  it.each([
    ['nothing', undefined],
    ['no header of this kind', 'abc'],
    ['version ff', `ff-${trace}-b7ad6b7169203331-01`],
    ['more than version 00 has', `00-${trace}-b7ad6b7169203331-01-x`],
    ['capital letters', `00-${trace.toUpperCase()}-b7ad6b7169203331-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a span id of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
    ['two of them', `00-${trace}-b7ad6b7169203331-01, 00-${trace}-b7ad6b7169203331-01`],
  ])('says nothing where it is %s', (_what, text) => {
    expect(parseTraceparent(text)).toBeNull();
  });

  it('of a later version may have more at its end', () => {
    const spanId = 'b7ad6b7169203331';
    expect(parseTraceparent(`01-${trace}-${spanId}-01-more`)).toEqual({ traceId: trace, spanId });
  });
});

describe('A URL in a span', () => {
  it.each([
    ['https://shop.example.com/jobs/1', 'https://shop.example.com/jobs/1', 'shop.example.com', 443],
    [
      'http://shop.example.com:8080/a?token=secret#part',
      'http://shop.example.com:8080/a',
      'shop.example.com',
      8080,
    ],
    ['https://user:secret@shop.example.com/', 'https://shop.example.com/', 'shop.example.com', 443],
    ['http://[::1]:80/x', 'http://[::1]/x', '::1', 80],
  ])('%s is %s', (text, full, address, port) => {
    expect(shownUrl(text)).toEqual({ full, address, port });
  });

  it.each([
    'https://hooks.slack.com/services/T0/B0/secret',
    'https://HOOKS.slack.com./services/T0/B0/secret',
    'https://contoso.webhook.office.com/webhookb2/secret',
    'https://prod-01.westeurope.logic.azure.com:443/workflows/secret/triggers',
    'https://discord.com/api/webhooks/1/secret',
    'https://chat.googleapis.com/v1/spaces/secret/messages?key=secret',
    'https://api.telegram.org/botsecret/sendMessage',
  ])('has no path where that is the secret: %s', (text) => {
    expect(shownUrl(text)?.full).toMatch(/^https:\/\/[^/]+\/REDACTED$/);
  });

  it('keeps the path of hosts that only look like those', () => {
    expect(shownUrl('https://myhooks.slack.com.example.com/a')?.full).toBe(
      'https://myhooks.slack.com.example.com/a',
    );
  });

  it('that cannot be read is not shown', () => {
    expect(shownUrl('not a url ?token=secret')).toBeNull();
  });
});
