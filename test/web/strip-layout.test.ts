import { axisOf, layoutOf, layoutOn, nearest } from '../../web/src/pictures/strip-layout.js';
import type { StripRun } from '../../web/src/pictures/strip-runs.js';

const runsAt = (scheduleId: string, ...moments: number[]): StripRun[] =>
  moments.map((plannedAt) => ({
    ...{ runId: `${scheduleId}-${plannedAt}`, scheduleId, state: 'SUCCESS', outcome: 'success' },
    ...{ plannedAt, calledAt: plannedAt, endedAt: plannedAt },
  }));
const range = (count: number, step = 1) => Array.from({ length: count }, (_, n) => (n + 1) * step);
const strips = (...all: StripRun[][]) => new Map(all.map((runs, n) => [String(n), runs]));

describe('A strip by itself', () => {
  it('has a column for each run, the latest at the right', () => {
    expect(layoutOf(runsAt('a', 1, 5, 9))).toEqual({ room: 50, columns: [47, 48, 49], edits: [] });
  });
});

describe('Strips that share an axis', () => {
  it('have the runs of one moment in one column, and all in the order of time', () => {
    const [a, b] = [runsAt('a', 10, 20, 30), runsAt('b', 20, 25)];
    const axis = axisOf(strips(a, b));
    expect(axis.moments).toEqual([10, 20, 25, 30]);
    expect(layoutOn(axis, a, []).columns).toEqual([46, 47, 49]);
    expect(layoutOn(axis, b, []).columns).toEqual([47, 48]);
  });

  it('have what was changed before the first run that came after it', () => {
    const runs = runsAt('a', 10, 20, 30);
    const axis = axisOf(strips(runs));
    const edits = (...at: number[]) => layoutOn(axis, runs, at).edits;
    expect(edits(15)).toEqual([48]);
    expect(edits(20)).toEqual([49]);
    expect(edits(99)).toEqual([50]);
    expect(edits(21, 22)).toEqual([49]);
    expect(edits(9)).toEqual([]);
    expect(layoutOn(axisOf(new Map()), [], [5]).edits).toEqual([]);
  });

  it('leave one that runs seldom its runs beside one that runs often', () => {
    const [often, seldom] = [runsAt('often', ...range(50).map((n) => 10_000 + n)), runsAt('seldom', 1, 2, 3)];
    const axis = axisOf(strips(often, seldom));
    expect(axis.strips.get('0')).toHaveLength(50);
    expect(axis.strips.get('1')).toHaveLength(3);
    expect(layoutOn(axis, seldom, [])).toEqual({ room: 53, columns: [0, 1, 2], edits: [] });
  });

  it('have no more columns than are seen, and at least two runs each', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      runsAt(String(n), ...range(50).map((at) => at * 100 + n)),
    );
    const axis = axisOf(strips(...many));
    expect(axis.moments).toHaveLength(80);
    for (const [id, runs] of axis.strips) expect(runs).toEqual(many[Number(id)]?.slice(-2));
  });

  it('have a nearest run to each place', () => {
    const layout = { room: 50, columns: [40, 45, 49], edits: [] };
    expect([0, 42, 43, 46, 50].map((column) => nearest(layout, column))).toEqual([0, 0, 1, 1, 2]);
  });
});
