import {
  cutText,
  OWN_FAULT_CODE,
  REFUSED_CODE,
  shortened,
  eventOf,
  textOf,
  wasSent,
  type ActionOutcome,
} from '../../src/core/action-outcome.js';
import { transition } from '../../src/core/run-state.js';

const answered = (httpStatus: number, body = 'text'): ActionOutcome => ({
  kind: 'answered',
  httpStatus,
  body,
});
const unreachable: ActionOutcome = {
  kind: 'unreachable',
  code: 'ECONNREFUSED',
  message: 'connect ECONNREFUSED 203.0.113.9:443',
};

describe('ActionOutcome', () => {
  it.each([
    ['200', answered(200), 'SUCCESS', 'text'],
    ['201', answered(201), 'SUCCESS', 'text'],
    ['99, which is no status', answered(99), 'ERROR', 'Response: text'],
    ['999, which is no status', answered(999), 'ERROR', 'Response: text'],
    ['202', answered(202), 'ACK_RECVD', 'text'],
    ['204 without a body', answered(204, ''), 'SUCCESS', ''],
    ['a redirect', answered(302), 'SUCCESS', 'text'],
    ['399', answered(399), 'SUCCESS', 'text'],
    ['400', answered(400), 'REQUEST_ERROR', 'Response: text'],
    ['401', answered(401), 'REQUEST_ERROR', 'Response: text'],
    ['499', answered(499), 'REQUEST_ERROR', 'Response: text'],
    ['500', answered(500), 'ERROR', 'Response: text'],
    ['a status above 599', answered(999, ''), 'ERROR', 'Response: '],
    [
      'no answer in time',
      { kind: 'unanswered' },
      'ACK_NOT_RECVD',
      'The endpoint took the request but did not answer within the time limit.',
    ],
    [
      'no connection',
      unreachable,
      'REQUEST_ERROR',
      'Request Error: Code:-ECONNREFUSED, Message:-connect ECONNREFUSED 203.0.113.9:443',
    ],
  ] as [string, ActionOutcome, string, string][])(
    'moves a called run by %s, and says so',
    (_, outcome, state, text) => {
      expect(transition('TRIGGERED', eventOf(outcome))).toBe(state);
      expect(textOf(outcome)).toBe(text);
    },
  );

  it('marks a cut text with the reason, and leaves it in front', () => {
    const marked = (['size', 'time', 'connection'] as const).map((reason) => cutText('begun', reason));
    expect(new Set(marked).size).toBe(3);
    for (const text of marked) expect(text).toMatch(/^begun \[cut: .+\]$/);
  });

  it.each([
    ['x'.repeat(1_024), 'x'.repeat(1_024)],
    ['x'.repeat(1_025), 'x'.repeat(1_024)],
    ['x' + 'é'.repeat(600), 'x' + 'é'.repeat(511)],
    ['€'.repeat(1_000), '€'.repeat(341)],
    ['\u{1F600}'.repeat(1_000), '\u{1F600}'.repeat(256)],
    ['', ''],
  ])('keeps 1 KB of whole characters of what is shortened (%#), and marks it', (text, kept) => {
    const short = shortened(text);
    const mark = ' [cut: the run logs of the tenant have reached their limit of the day]';
    expect(short).toBe(kept === text ? text : kept + mark);
    expect(shortened(short)).toBe(short);
  });
});

describe('wasSent', () => {
  const textWith = (code: string) => textOf({ kind: 'unreachable', code, message: 'no' });

  it('says that nothing was sent where the guard refused the destination, and where the call could not be prepared', () => {
    for (const code of [REFUSED_CODE, OWN_FAULT_CODE]) {
      expect(wasSent('REQUEST_ERROR', { httpStatus: null, text: textWith(code) })).toBe(false);
    }
  });

  it('says that something was sent in all other cases, whatever the application says', () => {
    const text = textWith(REFUSED_CODE);
    expect(wasSent('REQUEST_ERROR', { httpStatus: null, text: textWith('ECONNREFUSED') })).toBe(true);
    expect(wasSent('REQUEST_ERROR', { httpStatus: 404, text })).toBe(true);
    expect(wasSent('ERROR', { httpStatus: null, text })).toBe(true);
    expect(wasSent('SUCCESS', { httpStatus: 200, text: '' })).toBe(true);
  });
});
