import {
  hasResult,
  isFailure,
  isFinal,
  RUN_STATES,
  statusOf,
  transition,
  type RunEvent,
  type RunState,
} from '../../src/core/run-state.js';

describe('transition', () => {
  const moves: [RunState, RunEvent, RunState][] = [
    ['SCHEDULED', { kind: 'claimed' }, 'TRIGGERED'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 200 }, 'SUCCESS'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 201 }, 'SUCCESS'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 302 }, 'SUCCESS'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 399 }, 'SUCCESS'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 202 }, 'ACK_RECVD'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 400 }, 'REQUEST_ERROR'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 499 }, 'REQUEST_ERROR'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 500 }, 'ERROR'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 599 }, 'ERROR'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 999 }, 'ERROR'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 99 }, 'ERROR'],
    ['TRIGGERED', { kind: 'answered', httpStatus: 0 }, 'ERROR'],
    ['TRIGGERED', { kind: 'unanswered' }, 'ACK_NOT_RECVD'],
    ['TRIGGERED', { kind: 'unreachable' }, 'REQUEST_ERROR'],
    ['TRIGGERED', { kind: 'reported', success: true }, 'SUCCESS'],
    ['ACK_RECVD', { kind: 'reported', success: true }, 'SUCCESS'],
    ['ACK_RECVD', { kind: 'reported', success: false }, 'ERROR'],
    ['ACK_NOT_RECVD', { kind: 'reported', success: true }, 'SUCCESS'],
    ['ACK_RECVD', { kind: 'reportOverdue' }, 'UNKNOWN'],
    ['ACK_NOT_RECVD', { kind: 'reportOverdue' }, 'UNKNOWN'],
    ['SCHEDULED', { kind: 'canceled' }, 'ERROR'],
    ['ACK_RECVD', { kind: 'canceled' }, 'ERROR'],
    ['SCHEDULED', { kind: 'skipped' }, 'SKIPPED'],
    ['TRIGGERED', { kind: 'taskOverdue' }, 'TIMEOUT'],
    ['ACK_NOT_RECVD', { kind: 'adopted' }, 'ACK_RECVD'],
  ];

  it.each(moves)('moves %s on %j to %s', (state, event, next) => {
    expect(transition(state, event)).toBe(next);
  });

  const events: RunEvent[] = [
    { kind: 'claimed' },
    { kind: 'answered', httpStatus: 200 },
    { kind: 'answered', httpStatus: 202 },
    { kind: 'unanswered' },
    { kind: 'unreachable' },
    { kind: 'adopted' },
    { kind: 'reported', success: true },
    { kind: 'skipped' },
    { kind: 'canceled' },
    { kind: 'reportOverdue' },
    { kind: 'taskOverdue' },
  ];

  it.each(RUN_STATES.filter(isFinal))('leaves %s for nothing', (state) => {
    expect(events.map((event) => transition(state, event))).toEqual(events.map(() => null));
  });

  it('answers a call only for a run that is being called', () => {
    const answer: RunEvent = { kind: 'answered', httpStatus: 200 };
    const taken = RUN_STATES.filter((state) => transition(state, answer) !== null);
    expect(taken).toEqual(['TRIGGERED']);
  });

  it('never leads back to a phase that is over', () => {
    const phases = ['SCHEDULED', 'RUNNING', 'COMPLETED'];
    for (const state of RUN_STATES) {
      for (const event of events) {
        const next = transition(state, event);
        if (next)
          expect(phases.indexOf(statusOf(next))).toBeGreaterThanOrEqual(phases.indexOf(statusOf(state)));
      }
    }
  });
});

describe('The result of a run', () => {
  it('is there once it has ended, unless it was skipped', () => {
    const failures: RunState[] = ['ERROR', 'REQUEST_ERROR', 'UNKNOWN', 'TIMEOUT'];
    expect(RUN_STATES.filter(isFailure)).toEqual(failures);
    expect(RUN_STATES.filter(hasResult)).toEqual(['SUCCESS', ...failures]);
  });
});
