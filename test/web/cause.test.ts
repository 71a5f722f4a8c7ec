import type { RunState } from '../../web/src/api/runs.js';
import { causeOf } from '../../web/src/pages/run/cause.js';
import type { Outcome } from '../../web/src/pages/run/outcome.js';
import { CAUSES, OWNERS, type CauseKind } from '../../web/src/texts/causes.js';

const LIMITS = { answerMs: 15_000, reportMs: 30 * 60_000 };

function outcome(state: RunState, change: Partial<Outcome> = {}): Outcome {
  return { action: 'http', state, httpStatus: null, isReported: false, limits: LIMITS, text: '', ...change };
}
const coded = (code: string, message = 'what happened') =>
  outcome('REQUEST_ERROR', { text: `Request Error: Code:-${code}, Message:-${message}` });
const answered = (httpStatus: number) =>
  outcome(httpStatus >= 500 || httpStatus < 200 ? 'ERROR' : 'REQUEST_ERROR', {
    httpStatus,
    text: 'Response: no',
  });
const task = (state: RunState, change: Partial<Outcome> = {}) =>
  outcome(state, { action: 'cf_task', ...change });

const NOT_PUBLIC =
  'The host of the URL is not known, or has an address that is not public. An operator can permit it.';

const TABLE: readonly (readonly [what: string, kind: CauseKind, of: Outcome])[] = [
  ['connection refused', 'refused', coded('ECONNREFUSED')],
  [
    'held back until it was too late',
    'endpointAway',
    outcome('REQUEST_ERROR', { text: 'endpoint unavailable, not called' }),
  ],
  ['connection reset', 'reset', coded('ECONNRESET')],
  ['no route', 'hostUnreachable', coded('EHOSTUNREACH')],
  ['no connection in time', 'noConnection', coded('ETIMEDOUT')],
  ['name servers that do not answer', 'nameServer', coded('EAI_AGAIN')],
  ['a name that is not known', 'notPublic', coded('OUTBOUND_REFUSED', NOT_PUBLIC)],
  ['the outbound guard', 'guarded', coded('OUTBOUND_REFUSED', "Only https is called, not 'http:'.")],
  ['an expired certificate', 'certificate', coded('CERT_HAS_EXPIRED')],
  ['a certificate of its own', 'certificate', coded('DEPTH_ZERO_SELF_SIGNED_CERT')],
  ['a certificate for another name', 'certificate', coded('ERR_TLS_CERT_ALTNAME_INVALID')],
  ['an unknown issuer', 'certificate', coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE')],
  ['a failed handshake', 'tls', coded('EPROTO', 'The TLS handshake failed: wrong version number.')],
  ['an answer that is no HTTP', 'notHttp', coded('EPROTO', 'The endpoint did not answer with HTTP.')],
  ['a header that cannot be sent', 'unsendable', coded('EINVAL')],
  ['a replica that stops', 'stopping', coded('ECANCELED')],
  ['a fault of the service', 'internal', coded('CARILLON_INTERNAL')],
  ['a code that nobody knows', 'otherCode', coded('EWHATEVER')],
  ['no code at all', 'other', outcome('REQUEST_ERROR', { text: 'strange' })],
  ['302', 'redirect', outcome('SUCCESS', { httpStatus: 302 })],
  ['401', 'unauthorized', answered(401)],
  ['403', 'forbidden', answered(403)],
  ['404', 'notFound', answered(404)],
  ['429', 'tooMany', answered(429)],
  ['422', 'rejected', answered(422)],
  ['500', 'broke', answered(500)],
  ['502', 'unavailable', answered(502)],
  ['503', 'unavailable', answered(503)],
  ['504', 'unavailable', answered(504)],
  ['599', 'broke', answered(599)],
  ['a number that is no status', 'other', answered(99)],
  ['no answer yet', 'unheard', outcome('ACK_NOT_RECVD')],
  ['no report in time', 'noReport', outcome('UNKNOWN', { httpStatus: 202 })],
  ['neither an answer nor a report', 'noAnswer', outcome('UNKNOWN')],
  [
    'a reported failure',
    'reported',
    outcome('ERROR', { httpStatus: 202, isReported: true, text: 'canceled' }),
  ],
  ['a cancellation', 'canceled', outcome('ERROR', { httpStatus: 202, text: 'canceled' })],
  ['the next run', 'overtaken', outcome('ERROR', { httpStatus: 202, text: 'canceled by the next run' })],
  ['no further call', 'givenUp', outcome('ERROR', { httpStatus: 503, text: 'given up' })],
  ['a task that takes too long', 'taskTimeout', task('TIMEOUT', { httpStatus: 202 })],
  ['a task that exited', 'taskExited', task('ERROR', { httpStatus: 202, text: 'Exited with status 137' })],
  [
    'a task without a place',
    'taskPending',
    task('ERROR', { httpStatus: 202, text: 'Task expired in PENDING state' }),
  ],
  [
    'a task that is gone',
    'taskGone',
    task('ERROR', { httpStatus: 202, text: 'The task is not known any more' }),
  ],
  ['a task that was not made', 'taskNeverCreated', task('ERROR', { text: 'The task was never created' })],
  [
    'a task that failed',
    'taskFailed',
    task('ERROR', { httpStatus: 202, text: 'Unable to determine completion status' }),
  ],
  ['a canceled task', 'canceled', task('ERROR', { httpStatus: 202, text: 'canceled' })],
  ['a task that the next run ends', 'overtaken', task('ERROR', { text: 'canceled by the next run' })],
  [
    'a refused order',
    'taskRefused',
    task('REQUEST_ERROR', { httpStatus: 422, text: 'Response: quota exceeded' }),
  ],
  ['a Cloud Controller that fails', 'taskRefused', task('ERROR', { httpStatus: 500, text: 'Response: no' })],
  [
    'a refused login',
    'loginRefused',
    task('REQUEST_ERROR', { text: 'Request Error: Code:-LOGIN_REFUSED, Message:-no' }),
  ],
  [
    'no Cloud Controller',
    'refused',
    task('REQUEST_ERROR', { text: 'Request Error: Code:-ECONNREFUSED, Message:-no' }),
  ],
];

describe('The cause of an outcome', () => {
  it.each(TABLE)('is told for %s: %s', (_what, kind, of) => {
    const cause = causeOf(of);
    expect(cause?.kind).toBe(kind);
    expect(OWNERS[cause?.owner ?? 'job']).toMatch(/^(whoever|nobody) .*\.$/);
    expect(cause?.what).toMatch(/\S/);
    expect(cause?.next.length).toBeGreaterThan(0);
    // It goes on in the first line, after "Failed:".
    expect(cause?.short).toMatch(/^(the|no|neither|it|Carillon|Cloud Foundry) /);
  });

  it('is seen once at least, whatever causes there are', () => {
    expect(new Set(TABLE.map(([, kind]) => kind))).toEqual(new Set(Object.keys(CAUSES)));
  });

  it.each([
    ['a success', outcome('SUCCESS', { httpStatus: 200 })],
    ['a reported success', outcome('SUCCESS', { httpStatus: 302, isReported: true })],
    ['a task that succeeded', task('SUCCESS', { httpStatus: 202, text: 'Task 3 succeeded' })],
    ['a planned run', outcome('SCHEDULED')],
    ['a call that is open', outcome('TRIGGERED')],
    ['a report that is awaited', outcome('ACK_RECVD', { httpStatus: 202 })],
  ])('is none for %s', (_what, of) => {
    expect(causeOf(of)).toBeNull();
  });
});
