import { FakeCloudController, LOOKS, CREATES } from '../support/cloud-controller/fake-cloud-controller.js';
import type { PlatformRefused } from '../../src/runner/platform-failure.js';
import { failureOf, LOGINS, reach, RUN, USER } from './cloud-setup.js';

const OTHER = '99999999-9999-4999-8999-999999999998';
const fake = await FakeCloudController.start();

describe('What fails before a request for a task is sent', () => {
  it.each<[string, string, { status: number; body?: string | object }]>([
    ['a root that is a page of somebody else', '^GET /$', { status: 200, body: '<html>' }],
    ['a root that is not there', '^GET /$', { status: 404, body: 'no such route' }],
    ['a root that fails', '^GET /$', { status: 503, body: '' }],
    ['a token that cannot be read', LOGINS, { status: 200, body: '<html>' }],
    ['a login server that is busy', LOGINS, { status: 429 }],
    ['a login that took too long', LOGINS, { status: 408 }],
  ])('for %s says that nothing was sent', async (_, on, answer) => {
    const { platform, order } = await reach(fake);
    await fake.reacts({ on, answer });
    expect(await failureOf(platform.start(order()))).toMatchObject({
      name: 'PlatformUnreachable',
      about: { wasSent: false, isDistrusted: false },
    });
  });

  it.each([400, 403, 422])('is a new login where a refresh is answered with %i', async (status) => {
    const { platform, order } = await reach(fake);
    await platform.start(order());
    await fake.revokeTokens();
    await fake.reacts({ on: LOGINS, times: 1, answer: { status, body: '' } });
    expect(await platform.start(order())).toMatchObject({ state: 'RUNNING' });
  });
});

describe('Texts of a platform', () => {
  it.each([
    ['what is known', { error_description: 'Bad credentials.' }, 'Bad credentials'],
    ['a code', { error: 'invalid_client', error_description: 'x' }, 'invalid_client'],
    ['no password', { error: USER.secret(), error_description: `'${USER.secret()}' is wrong` }, '401'],
  ])('about a refused login show %s', async (_, body, shown) => {
    const { platform } = await reach(fake);
    await fake.reacts({ on: LOGINS, answer: { status: 401, body } });
    const { problem } = await platform.check();
    expect(problem).toContain(shown);
    expect(problem).not.toContain(USER.secret());
  });

  it('show no token', async () => {
    const { platform, order } = await reach(fake);
    const token = { access_token: 'a-token-of-the-fake', expires_in: 600 };
    const errors = [{ code: 1, title: 'CF-Odd', detail: `bearer ${token.access_token} is odd` }];
    await fake.reacts(
      { on: LOGINS, answer: { status: 200, body: token } },
      { on: CREATES, answer: { status: 422, body: { errors } } },
    );
    expect(await failureOf(platform.start(order()))).toMatchObject({ details: ['bearer *** is odd'] });
  });

  it('are cut and have no control characters', async () => {
    const { platform, order } = await reach(fake);
    const errors = Array.from({ length: 50 }, () => ({ code: 1, title: 'CF-Odd', detail: 'x'.repeat(600) }));
    const body = { errors: [{ code: 1, title: 'CF-Odd', detail: 'a\u001b[31m\u0000b' }, ...errors] };
    await fake.reacts({ on: CREATES, answer: { status: 422, body } });
    const { details } = (await failureOf(platform.start(order()))) as PlatformRefused;
    expect(details[0]).toBe('a [31m b');
    expect(details).toHaveLength(3);
    expect(details.join('; ')).toHaveLength(1_000);
  });
});

describe('A document that is odd', () => {
  const task = { guid: RUN, sequence_id: 1, name: 'n', state: 'FAILED', created_at: '2026-01-01T00:00:00Z' };
  const page = (...resources: unknown[]) => ({ pagination: { total_results: 1 }, resources });

  it('does not hide the other tasks, and is still open', async () => {
    const { platform } = await reach(fake);
    const answers = async (...resources: unknown[]) => {
      await fake.reacts({ on: LOOKS, answer: { status: 200, body: page(...resources) } });
      return platform.look([RUN, OTHER]);
    };
    expect(await answers(task, { guid: OTHER, state: 'NEW' })).toMatchObject({
      seen: [
        { guid: RUN, state: 'FAILED' },
        { guid: OTHER, state: 'RUNNING' },
      ],
      missing: [],
    });
    expect(await answers(task, { id: OTHER })).toMatchObject({ seen: [{ guid: RUN }], missing: [] });
    expect(await answers(task)).toMatchObject({ missing: [OTHER] });
  });

  it('is not taken for no task of a run', async () => {
    const { platform } = await reach(fake);
    await fake.reacts({ on: 'label_selector', answer: { status: 200, body: page({ guid: '../apps' }) } });
    expect(await failureOf(platform.listOfRun(fake.app.guid, RUN))).toMatchObject({ code: 'EBADMSG' });
  });

  it('is not taken for the task of a run that it is not, because a filter is not heeded', async () => {
    const { platform } = await reach(fake);
    const ofRun = (guid: string, run: string) => ({
      ...task,
      guid,
      metadata: { labels: { 'carillon-run': run } },
    });
    const found = async (...resources: unknown[]) => {
      await fake.reacts({ on: 'label_selector', answer: { status: 200, body: page(...resources) } });
      return platform.listOfRun(fake.app.guid, RUN);
    };
    expect(await found(ofRun(OTHER, OTHER), ofRun(RUN, RUN), task)).toMatchObject([{ guid: RUN }]);
    expect(await failureOf(found(ofRun(OTHER, OTHER), task))).toMatchObject({ code: 'EBADMSG' });
    expect(await found()).toEqual([]);
  });

  it('is not taken for another application or task that was asked for', async () => {
    const { platform } = await reach(fake);
    const body = page({ guid: RUN, name: 'a', state: 'STARTED' });
    await fake.reacts(
      { on: '^GET /v3/apps', answer: { status: 200, body } },
      { on: '^GET /v3/tasks/', answer: { status: 200, body: task } },
    );
    expect(await platform.findApp({ appId: OTHER })).toBeNull();
    expect(await platform.findApp({ name: 'b' })).toBeNull();
    expect(await platform.findApp({ name: 'a' })).toMatchObject({ appId: RUN });
    expect(await failureOf(platform.find(OTHER))).toMatchObject({ code: 'EBADMSG' });
  });
});
