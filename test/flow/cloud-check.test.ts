import { FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { CLIENT, LOGINS, reach } from './cloud-setup.js';

const fake = await FakeCloudController.start();

describe('The check of a runner', () => {
  it('is over within the time of one call, however many answers are slow', async () => {
    const { platform } = await reach(fake, {}, { ACTION_TIMEOUT_MS: '2000' });
    await fake.reacts(
      { on: '^GET /$', delayMs: 1_500 },
      { on: LOGINS, delayMs: 1_500 },
      { on: '^GET /v3/spaces', delayMs: 1_500 },
    );
    expect(await platform.check()).toEqual({
      ...{ state: 'unreachable', spaceName: null, warnings: [] },
      problem: 'The Cloud Controller or its login server did not answer within 2 s.',
    });
  });

  it('finds a client by its id where its token tells no user', async () => {
    const { platform } = await reach(fake, { login: CLIENT });
    const token = { access_token: 'opaque', expires_in: 600 };
    await fake.reacts({ on: LOGINS, answer: { status: 200, body: token } });
    const page = { pagination: { total_results: 1 }, resources: [{}] };
    await fake.reacts({ on: '^GET /v3/spaces', answer: { status: 200, body: { name: 'dev' } } });
    await fake.reacts({ on: '^GET /v3/apps', answer: { status: 200, body: { ...page, resources: [] } } });
    await fake.reacts({ on: '^GET /v3/feature_flags', answer: { status: 200, body: { enabled: true } } });
    await fake.reacts({
      on: `^GET /v3/roles.*user_guids=${CLIENT.name}$`,
      answer: { status: 200, body: page },
    });
    expect(await platform.check()).toMatchObject({ state: 'ready', spaceName: 'dev', warnings: [] });
  });

  it.each([
    ['429', { status: 429, body: '' }, 'unreachable'],
    ['502', { status: 502, body: '' }, 'unreachable'],
    ['403', { status: 403, body: '' }, 'refused'],
    ['a page of somebody else', { status: 200, body: '<html>' }, 'unreachable'],
    ['a redirection', { status: 302, headers: { location: fake.login } }, 'refused'],
  ])('says what %s means', async (_, answer, state) => {
    const { platform } = await reach(fake);
    await fake.reacts({ on: '^GET /v3/spaces', answer });
    expect((await platform.check()).state).toBe(state);
    await fake.behaves();
    expect((await platform.check()).state).toBe('ready');
  });
});
