import { oneTimeStep, type OneTimeChange, type OneTimeRun } from '../../src/core/plan/one-time.js';

const AT = Date.UTC(2031, 0, 1);
const OPEN = { startAt: null, endAt: null };

const NONE: OneTimeRun = { plannedAt: null, isUnderWay: false };
const PLANNED: OneTimeRun = { plannedAt: AT, isUnderWay: false };
const UNDER_WAY: OneTimeRun = { plannedAt: null, isUnderWay: true };

const EDITED: OneTimeChange = { cause: 'edited', isRetimed: false };
const ACTIVATED: OneTimeChange = { cause: 'activated', isRetimed: false };
const RETIMED: OneTimeChange = { cause: 'edited', isRetimed: true };

describe('The run of a one-time schedule', () => {
  it.each([
    ['ended', 'edited', NONE, EDITED, 'keep'],
    ['ended', 'activated', NONE, ACTIVATED, 'plan'],
    ['ended', 'given another time', NONE, RETIMED, 'plan'],
    ['planned', 'edited', PLANNED, EDITED, 'keep'],
    ['planned', 'activated', PLANNED, ACTIVATED, 'keep'],
    ['planned', 'given another time', PLANNED, RETIMED, 'plan'],
    ['under way', 'edited', UNDER_WAY, EDITED, 'keep'],
    ['under way', 'activated', UNDER_WAY, ACTIVATED, 'keep'],
    ['under way', 'given another time', UNDER_WAY, RETIMED, 'plan'],
  ] as const)('that is %s, when the schedule is %s: %5$s', (_run, _change, run, change, expected) => {
    expect(oneTimeStep(change, run, OPEN)).toBe(expected);
  });

  it.each([
    [AT - 1, 'drop'],
    [AT, 'keep'],
  ])('that is planned goes where the window ends before it', (endAt, expected) => {
    expect(oneTimeStep(EDITED, PLANNED, { startAt: null, endAt })).toBe(expected);
  });

  it('is planned at its time where the window begins later', () => {
    expect(oneTimeStep(EDITED, PLANNED, { startAt: AT + 1, endAt: null })).toBe('keep');
  });
});
