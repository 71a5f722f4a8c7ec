import fc from 'fast-check';
import {
  afterCall,
  closedCircuit,
  FAILURES_TO_OPEN,
  firstPlaceFrom,
  isReleaseOver,
  nextPlace,
  placeAt,
  placesUntil,
  probeDelayMs,
  RELEASE_MS,
  roomOf,
  signOf,
  withPlaces,
  type Circuit,
  type Sign,
} from '../../src/core/protection/breaker.js';
import { OWN_FAULT_CODE, REFUSED_CODE } from '../../src/core/action-outcome.js';
import { policyOf } from '../../src/core/policy/run-policy.js';
import { SETTINGS } from '../../src/core/policy/settings.js';

const S = 1_000;
const MINUTE = 60 * S;
const NOW = 1_000_000;
const after = (circuit: Circuit, sign: Sign, count = 1, isProbe = false, now = NOW): Circuit =>
  count === 0 ? circuit : after(afterCall(circuit, { sign, isProbe }, now), sign, count - 1, isProbe, now);
const opened = after(closedCircuit(NOW), 'failed', FAILURES_TO_OPEN);

describe('A sign', () => {
  it.each([
    [{ kind: 'unreachable', code: 'ECONNREFUSED', message: '' }, 'failed'],
    [{ kind: 'unanswered' }, 'failed'],
    [{ kind: 'answered', httpStatus: 500, body: '' }, 'failed'],
    [{ kind: 'answered', httpStatus: 503, body: '' }, 'failed'],
    [{ kind: 'answered', httpStatus: 200, body: '' }, 'answered'],
    [{ kind: 'answered', httpStatus: 202, body: '' }, 'answered'],
    [{ kind: 'answered', httpStatus: 404, body: '' }, 'answered'],
    [{ kind: 'answered', httpStatus: 429, body: '' }, 'answered'],
    [{ kind: 'unreachable', code: REFUSED_CODE, message: '' }, 'none'],
    [{ kind: 'unreachable', code: OWN_FAULT_CODE, message: '' }, 'none'],
  ] as const)('of %j is %s', (outcome, sign) => {
    expect(signOf(outcome)).toBe(sign);
  });
});

describe('A circuit', () => {
  it('opens with the tenth failure in a row, whatever says nothing between them', () => {
    const nine = after(after(after(closedCircuit(NOW), 'failed', 5), 'none', 3), 'failed', 4);
    expect(nine).toMatchObject({ state: 'closed', failures: 9 });
    expect(after(nine, 'failed')).toMatchObject({
      ...{ state: 'open', failures: 10, since: NOW, probeAt: NOW + 5 * S, probeRun: null },
    });
    expect(after(after(nine, 'answered'), 'failed', 9)).toMatchObject({ state: 'closed', failures: 9 });
  });

  it('is open until its probe is answered: other calls were being sent when it opened', () => {
    expect(after(opened, 'answered', 3)).toEqual(opened);
    expect(after(opened, 'failed', 3)).toEqual(opened);
    const probing = { ...opened, probeRun: 'run' };
    expect(after(probing, 'answered', 1, true)).toMatchObject({
      ...{ state: 'releasing', failures: 0, since: NOW, probeRun: null, probeAt: null },
    });
  });

  it('probes after 5, 10, 20, ... seconds and then every 5 minutes; a probe that says nothing counts for nothing', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 50].map((probes) => probeDelayMs(probes) / S);
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    let circuit = opened;
    for (const delay of [10, 20, 40]) {
      circuit = after({ ...circuit, probeRun: 'run' }, 'failed', 1, true);
      expect(circuit).toMatchObject({ state: 'open', probeRun: null, probeAt: NOW + delay * S });
    }
    const silent = after({ ...circuit, probeRun: 'run' }, 'none', 1, true);
    expect(silent).toMatchObject({ probeRun: null, probes: 3, probeAt: NOW + 40 * S });
  });

  it('opens again after ten failures in a row while it releases, and probes at once as after the first time', () => {
    const releasing = after({ ...opened, probes: 4, probeRun: 'run' }, 'answered', 1, true);
    const once = after(after(releasing, 'failed', 9), 'answered');
    expect(once).toMatchObject({ state: 'releasing', failures: 0 });
    expect(after(once, 'failed', 10)).toMatchObject({ state: 'open', probes: 0, probeAt: NOW + 5 * S });
  });

  it('never has a probe unless it is open, and never opens with fewer than ten failures after an answer', () => {
    const steps = fc.array(
      fc.record({
        sign: fc.constantFrom<Sign>('failed', 'answered', 'none'),
        isProbe: fc.boolean(),
        ms: fc.integer({ min: 0, max: 400 * S }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let circuit = closedCircuit(NOW);
        let now = NOW;
        let row = 0;
        for (const { sign, isProbe, ms } of all) {
          now += ms;
          if (circuit.state === 'open' && isProbe) circuit = { ...circuit, probeRun: 'run' };
          const before = circuit.state;
          circuit = afterCall(circuit, { sign, isProbe }, now);
          if (before !== 'open') row = sign === 'failed' ? row + 1 : sign === 'answered' ? 0 : row;
          if (before !== 'open' && circuit.state === 'open' && row < FAILURES_TO_OPEN) return false;
          if (circuit.state === 'open') row = 0;
          if (circuit.state !== 'open' && (circuit.probeRun !== null || circuit.probeAt !== null))
            return false;
          if (circuit.state === 'open' && (circuit.probeAt ?? 0) > now + 5 * MINUTE) return false;
        }
        return true;
      }),
    );
  });
});

describe('A release', () => {
  const releasing = after({ ...opened, probeRun: 'run' }, 'answered', 1, true);

  it('has one place in its first second, and twice as many in each that follows', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((place) => placeAt(0, place))).toEqual([
      0, 1_000, 1_500, 2_000, 2_250, 2_500, 2_750,
    ]);
    for (let second = 0; second < 14; second++) {
      const places = Array.from({ length: 40_000 }, (_, place) => placeAt(0, place));
      const inSecond = places.filter((at) => at >= second * S && at < (second + 1) * S);
      expect(inSecond).toHaveLength(Math.min(2 ** second, 40_000 - (2 ** second - 1)));
    }
  });

  it('gives places in order, none before its instant, and none that has passed', () => {
    const instants = fc.integer({ min: 0, max: 40 * S });
    fc.assert(
      fc.property(instants, (ms) => {
        const first = firstPlaceFrom(NOW, NOW + ms);
        return placeAt(NOW, first) >= NOW + ms && (first === 0 || placeAt(NOW, first - 1) <= NOW + ms);
      }),
    );
    const early = placesUntil(releasing, NOW, NOW + S);
    expect(early).toEqual({ first: 0, count: 2 });
    // What nobody took in three seconds is gone.
    expect(placesUntil(releasing, NOW + 3 * S, NOW + 3 * S)).toEqual({ first: 7, count: 1 });
  });

  it('never calls more by any instant than the pace permits, in whatever steps it is given', () => {
    const steps = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 3 * S }), answered: fc.nat(500) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let circuit = releasing;
        let now = NOW;
        const given: number[] = [];
        for (const { ms, answered } of all) {
          now += ms;
          for (let count = 0; count < Math.min(answered, given.length); count++)
            circuit = afterCall(circuit, { sign: 'answered', isProbe: false }, now);
          const places = placesUntil(circuit, now, now + S);
          for (let place = 0; place < places.count; place++) given.push(placeAt(NOW, places.first + place));
          circuit = withPlaces(circuit, places);
        }
        const isInOrder = given.every((at, index) => index === 0 || at >= (given[index - 1] ?? 0));
        return isInOrder && given.every((at, index) => at >= placeAt(NOW, index));
      }),
    );
  });

  it('goes no further than is answered, and lets a firing take the next place', () => {
    expect(roomOf(releasing)).toBe(16);
    const full = withPlaces(releasing, { first: 0, count: 16 });
    expect(placesUntil(full, NOW + 10 * S, NOW + 11 * S).count).toBe(0);
    expect(nextPlace(full, NOW)).toBeNull();
    expect(roomOf(after(full, 'answered', 4))).toBe(8);
    expect(roomOf({ ...full, unanswered: 0, answered: 1_000_000 })).toBe(2_000);
    const one = nextPlace(releasing, NOW);
    expect(one).toMatchObject({ at: NOW });
    expect(nextPlace(one?.circuit ?? releasing, NOW)).toMatchObject({ at: NOW + S });
    expect(nextPlace(releasing, NOW + 12 * S)?.at).toBe(NOW + 12 * S);
  });

  it('is over after so long that its pace limits nothing', () => {
    expect(isReleaseOver(releasing, NOW + RELEASE_MS - 1)).toBe(false);
    expect(isReleaseOver(releasing, NOW + RELEASE_MS)).toBe(true);
  });
});

describe('The setting breaker', () => {
  it.each([
    [true, true, { breaker: true }],
    [{}, true, { breaker: true }],
    [{ holdFor: '15 minutes' }, { holdFor: '15 minutes' }, { breaker: true, holdForMs: 15 * MINUTE }],
    [{ holdFor: '1 second' }, { holdFor: '1 second' }, { breaker: true, holdForMs: S }],
    [{ holdFor: '24 hours' }, { holdFor: '24 hours' }, { breaker: true, holdForMs: 1_440 * MINUTE }],
  ])('of %j is stored as %j', (given, stored, policy) => {
    expect(SETTINGS.breaker.valueOf(given)).toEqual(stored);
    expect(policyOf({ breaker: stored })).toEqual(policy);
  });

  it.each([
    ['yes', /'breaker' must be true, false or an object such as/],
    [[true], /'breaker' must be/],
    [{ hold: '1 minute' }, /'breaker' must be/],
    [{ holdFor: '0 seconds' }, /'breaker.holdFor' must be a duration from 1 second to 24 hours/],
    [{ holdFor: '25 hours' }, /'breaker.holdFor' must be a duration/],
    [{ holdFor: 60 }, /'breaker.holdFor' must be a duration/],
  ])('of %j is refused', (given, message) => {
    expect(() => SETTINGS.breaker.valueOf(given)).toThrow(message);
  });
});
