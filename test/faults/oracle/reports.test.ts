import { complaintsAboutReports, type RecordedEnd, type SentReport } from './reports.js';

const DONE = { success: true, message: 'done' };
const FAILED = { success: false, message: 'failed' };

const sent = (status: number | null, outcome = DONE): SentReport => ({ runId: 'r', outcome, status });
const ended = (changes: Partial<RecordedEnd> = {}): RecordedEnd => ({
  ...{ runId: 'r', state: 'SUCCESS', text: 'done', completions: 1 },
  ...changes,
});
const OPEN = ended({ state: 'ACK_RECVD', text: null, completions: 0 });

describe('The answers to reports', () => {
  it.each<[string, SentReport[], RecordedEnd]>([
    ['one that was taken', [sent(200)], ended()],
    ['one that was not answered, and did not arrive', [sent(null)], OPEN],
    ['one that was not answered, and did', [sent(null)], ended()],
    ['one that was to be sent again, and was', [sent(503), sent(200), sent(200)], ended()],
    ['two that differ', [sent(200), sent(409, FAILED)], ended()],
    [
      'the other one of two that differ',
      [sent(409), sent(200, FAILED)],
      ended({ state: 'ERROR', text: 'failed' }),
    ],
  ])('are right: %s', (_, reports, end) => {
    expect(complaintsAboutReports(reports, [end])).toEqual([]);
  });

  it.each<[string, SentReport[], RecordedEnd[], string]>([
    ['one that got lost', [sent(200)], [OPEN], 'was answered 200, and is not on record'],
    ['one whose run is not there', [sent(200)], [], 'was answered 200, and is not on record'],
    [
      'one that another replaced',
      [sent(200), sent(200, FAILED)],
      [ended()],
      'was answered 200, and is not on record',
    ],
    [
      'one with another text',
      [sent(200)],
      [ended({ text: 'well' })],
      'was answered 200, and is not on record',
    ],
    ['the same that was refused', [sent(200), sent(409)], [ended()], 'was answered 409, and is on record'],
    ['one of a run that is said to be unknown', [sent(404)], [OPEN], 'a report was answered 404'],
    ['one that the service did not understand', [sent(500)], [OPEN], 'a report was answered 500'],
    ['a run that ended twice', [sent(200)], [ended({ completions: 2 })], '2 completions were told of it'],
    [
      'an end that nobody was told of',
      [sent(200)],
      [ended({ completions: 0 })],
      '0 completions were told of it',
    ],
  ])('are wrong: %s', (_, reports, record, complaint) => {
    expect(complaintsAboutReports(reports, record).join('\n')).toContain(complaint);
  });
});
