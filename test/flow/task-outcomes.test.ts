import { acceptedOutcome, endOf, failedOrder } from '../../src/action/cf-task/task-outcome.js';
import { textOf } from '../../src/core/action-outcome.js';
import { LoginRefused, PlatformRefused, PlatformUnreachable } from '../../src/runner/platform-failure.js';
import type { TaskSeen } from '../../src/runner/task-platform.js';

const TASK: TaskSeen = {
  guid: '8d0a8c0e-6b2c-4c1e-9a43-000000000001',
  sequenceId: 7,
  name: 'report',
  state: 'RUNNING',
  failureReason: null,
  createdAt: 0,
};

const refused = (status: number, isOwn = true) =>
  new PlatformRefused(status, ['one', 'two'], { isOwn, title: 'CF-Any', retryAfterMs: null });
const silent = (wasSent: boolean) =>
  new PlatformUnreachable('ECONNREFUSED', 'nobody', { wasSent, isDistrusted: false });

describe('What a request for a task comes to', () => {
  it('is acknowledged with what is known of the task', () => {
    expect(acceptedOutcome(TASK)).toEqual({
      kind: 'answered',
      httpStatus: 202,
      body: '{"guid":"8d0a8c0e-6b2c-4c1e-9a43-000000000001","sequence_id":7,"name":"report","state":"RUNNING"}',
    });
  });

  it.each([400, 401, 403, 404, 422, 429, 500, 501, 505])(
    'is %s with the details of the Cloud Controller',
    (status) => {
      const { outcome, mayExist, isReached } = failedOrder(refused(status));
      expect(outcome).toMatchObject({ kind: 'answered', httpStatus: status });
      expect(textOf(outcome)).toBe('Response: one; two');
      expect({ mayExist, isReached }).toEqual({ mayExist: false, isReached: true });
    },
  );

  it.each([
    [502, true],
    [503, true],
    [504, true],
    [500, false],
    [599, false],
    [200, false],
  ])('is unknown where something in between may hide a task: %s, own JSON: %s', (status, isOwn) => {
    const { outcome, mayExist } = failedOrder(refused(status, isOwn));
    expect({ kind: outcome.kind, mayExist }).toEqual({ kind: 'unanswered', mayExist: true });
  });

  it('is unknown where the connection broke after it was sent, and nothing before that', () => {
    expect(failedOrder(silent(true))).toMatchObject({ outcome: { kind: 'unanswered' }, mayExist: true });
    const { outcome, ...rest } = failedOrder(silent(false));
    expect(textOf(outcome)).toBe('Request Error: Code:-ECONNREFUSED, Message:-nobody');
    expect(rest).toEqual({ mayExist: false, isReached: false });
  });

  it('was reached by a login that was refused', () => {
    const { outcome, ...rest } = failedOrder(new LoginRefused('Bad credentials', true));
    expect(textOf(outcome)).toBe('Request Error: Code:-LOGIN_REFUSED, Message:-Bad credentials');
    expect(rest).toEqual({ mayExist: false, isReached: true });
  });
});

describe('How a task ends', () => {
  it.each(['PENDING', 'RUNNING', 'CANCELING'] as const)('is open while it is %s', (state) => {
    expect(endOf({ ...TASK, state })).toBeNull();
  });

  it('is told by its last state', () => {
    expect(endOf({ ...TASK, state: 'SUCCEEDED' })?.text).toBe('Task 7 succeeded');
    const failed = { ...TASK, state: 'FAILED', failureReason: 'Exited with status 3' } as const;
    expect(endOf(failed)).toEqual({
      event: { kind: 'reported', success: false },
      text: 'Exited with status 3',
    });
    expect(endOf({ ...TASK, state: 'FAILED' })?.text).toBe('Task 7 failed');
  });
});
