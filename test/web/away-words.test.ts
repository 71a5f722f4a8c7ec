import type { Circuit } from '../../web/src/api/breakers.js';
import { circuitsLine } from '../../web/src/pages/breakers/first-line.js';

const NOW = Date.parse('2026-11-27T14:00:00Z');

/** Returns an endpoint that is away. */
const circuit = (changes: Partial<Circuit> = {}): Circuit => ({
  ...{ origin: 'https://app.example.com', tenantId: 't1', state: 'open', failures: 12 },
  ...{
    since: '2026-11-27 13:58:00',
    nextProbeAt: '2026-11-27 14:00:40',
    waiting: 1_000,
    holdFor: '15 minutes',
  },
  ...changes,
});

describe('How endpoints that are away are told', () => {
  it.each<[string, Circuit[]]>([
    ['No endpoint is away', []],
    ['1 endpoint is away: 1,000 runs wait; next probe in 40 s', [circuit()]],
    [
      '2 endpoints are away: 1,204 runs wait; next probe in 10 s',
      [circuit(), circuit({ waiting: 204, nextProbeAt: '2026-11-27 14:00:10' })],
    ],
    ['1 endpoint is away: 1 run waits; a probe is under way', [circuit({ waiting: 1, nextProbeAt: null })]],
    [
      '1 endpoint is away: no runs wait; the next run is the probe',
      [circuit({ waiting: 0, nextProbeAt: '2026-11-27 13:59:59' })],
    ],
    [
      '1 endpoint is away: 2 runs wait; next probe now',
      [circuit({ waiting: 2, nextProbeAt: '2026-11-27 13:59:59' })],
    ],
    [
      '1 endpoint is away: 5 runs wait; next probe in 40 s',
      [circuit({ waiting: 5 }), circuit({ state: 'releasing' })],
    ],
    [
      '1 endpoint is back: 300 runs that waited are called now',
      [circuit({ state: 'releasing', waiting: 300 })],
    ],
    ['1 endpoint is back: nothing waits any more', [circuit({ state: 'releasing', waiting: 0 })]],
  ])('%s', (line, circuits) => expect(circuitsLine(circuits, NOW)).toBe(line));

  it('are at least as many as are told at a time', () => {
    const many = Array.from({ length: 100 }, () => circuit());
    expect(circuitsLine(many, NOW)).toBe(
      '100 or more endpoints are away: 100,000 runs wait; next probe in 40 s',
    );
    // Those that are back may stand before others that are away.
    const mixed = [
      ...many.slice(40),
      ...many.slice(60).map((each) => ({ ...each, state: 'releasing' as const })),
    ];
    expect(circuitsLine(mixed, NOW)).toBe(
      '60 or more endpoints are away: 60,000 runs wait; next probe in 40 s',
    );
    expect(circuitsLine(mixed.slice(1), NOW)).toMatch(/^59 endpoints are away/);
  });
});
