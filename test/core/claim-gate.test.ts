import { admissionOf, type GateInput } from '../../src/core/plan/claim-gate.js';

const NOON = 43_200_000;
const RUN: GateInput = {
  isOfPlan: true,
  isOneTime: false,
  plannedAt: NOON,
  isJobActive: true,
  window: { startAt: null, endAt: null },
  change: null,
};
const until = (endAt: number) => ({ startAt: null, endAt });
const from = (startAt: number) => ({ startAt, endAt: null });
const setAt = (at: number) => ({ kind: 'window', at }) as const;
const REMOVAL = { kind: 'removal' } as const;

describe('the admission of a claimed run', () => {
  it.each<[string, Partial<GateInput>, string]>([
    ['of an active job', {}, 'admitted'],
    ['of a job that is off', { isJobActive: false }, 'dropped'],
    ['on request, of a job that is off', { isJobActive: false, isOfPlan: false }, 'admitted'],
    ['of a schedule that is to go', { change: REMOVAL }, 'dropped'],
    ['on request, of a schedule that is to go', { change: REMOVAL, isOfPlan: false }, 'dropped'],
    ['within a window that moved', { change: setAt(0), window: until(NOON) }, 'admitted'],
    ['at the start of a window that moved', { change: setAt(0), window: from(NOON) }, 'admitted'],
    ['beyond an end that moved', { change: setAt(0), window: until(NOON - 1) }, 'dropped'],
    ['before a start that moved', { change: setAt(0), window: from(NOON + 1) }, 'dropped'],
    ['due when the end moved', { change: setAt(NOON), window: until(NOON - 1) }, 'admitted'],
    ['beyond an end that nothing moved', { window: until(NOON - 1) }, 'admitted'],
    [
      'once, beyond an end that moved',
      { change: setAt(0), window: until(NOON - 1), isOneTime: true },
      'ended',
    ],
    [
      'once, before a start that moved',
      { change: setAt(0), window: from(NOON + 1), isOneTime: true },
      'admitted',
    ],
  ])('%s', (_name, run, expected) => {
    expect(admissionOf({ ...RUN, ...run })).toBe(expected);
  });
});
