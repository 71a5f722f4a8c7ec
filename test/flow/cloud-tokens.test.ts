import { CREATES, FakeCloudController } from '../support/cloud-controller/fake-cloud-controller.js';
import { CLIENT, failureOf, LOGINS, reach } from './cloud-setup.js';

const fake = await FakeCloudController.start();

describe('A token', () => {
  const ask = (platform: Awaited<ReturnType<typeof reach>>['platform']) =>
    platform.listApps({}, { offset: 0, pageSize: 1 });
  const grants = async () =>
    (await fake.requests(LOGINS)).map(({ body }) => new URLSearchParams(body).get('grant_type'));

  it('is one for all requests of a runner, made by one login of the client cf', async () => {
    const { platform } = await reach(fake);
    await Promise.all(Array.from({ length: 20 }, () => ask(platform)));
    expect(await grants()).toEqual(['password']);
    const [login] = await fake.requests(LOGINS);
    expect(login).toMatchObject({ path: '/oauth/token', authorization: 'Basic Y2Y6' });
    expect(await fake.requests('^GET /$')).toHaveLength(1);
  });

  it('is refreshed a minute before its end, and that of a client is requested anew', async () => {
    await fake.change({ tokenLifeS: 600 });
    const { platform, clock } = await reach(fake);
    await ask(platform);
    clock.advance(539_000);
    await ask(platform);
    expect(await grants()).toEqual(['password']);
    clock.advance(1_000);
    await ask(platform);
    expect(await grants()).toEqual(['password', 'refresh_token']);
    const other = await reach(fake, { login: CLIENT });
    await ask(other.platform);
    other.clock.advance(540_000);
    await ask(other.platform);
    expect(await grants()).toEqual(['client_credentials', 'client_credentials']);
  });

  it('that lives a minute at most is renewed at half its life', async () => {
    await fake.change({ tokenLifeS: 60 });
    const { platform, clock } = await reach(fake);
    await ask(platform);
    clock.advance(29_999);
    await ask(platform);
    expect(await grants()).toEqual(['password']);
    clock.advance(1);
    await ask(platform);
    await fake.change({ tokenLifeS: 600 });
    expect(await grants()).toEqual(['password', 'refresh_token']);
  });

  it('that was revoked is replaced within the request, by a login where it cannot be refreshed', async () => {
    const { platform, order } = await reach(fake);
    await ask(platform);
    await fake.revokeTokens();
    await platform.start(order());
    expect(await grants()).toEqual(['password', 'refresh_token']);
    await fake.revokeTokens({ isRefreshToo: true });
    await platform.start(order());
    expect(await grants()).toEqual(['password', 'refresh_token', 'refresh_token', 'password']);
  });

  it('that is refused twice is a refusal', async () => {
    const { platform, order } = await reach(fake);
    const errors = [{ code: 1000, title: 'CF-InvalidAuthToken', detail: 'Invalid Auth Token' }];
    await fake.reacts({ on: CREATES, answer: { status: 401, body: { errors } } });
    expect(await failureOf(platform.start(order()))).toMatchObject({ status: 401 });
    expect(await fake.requests(CREATES)).toHaveLength(2);
  });

  it('of another identity provider is requested with its name', async () => {
    const login = { kind: 'password', name: 'x', origin: 'my "idp"', secret: () => 'y' } as const;
    const { platform } = await reach(fake, { login });
    await failureOf(ask(platform));
    const [request] = await fake.requests(LOGINS);
    const { searchParams } = new URL(request?.path ?? '', fake.login);
    expect(JSON.parse(searchParams.get('login_hint') ?? '')).toEqual({ origin: 'my "idp"' });
  });

  it('is requested where the root says; it is asked again after an hour', async () => {
    const { platform, clock } = await reach(fake);
    await ask(platform);
    clock.advance(3_599_999);
    await ask(platform);
    expect(await fake.requests('^GET /$')).toHaveLength(1);
    clock.advance(600_001);
    await ask(platform);
    expect(await fake.requests('^GET /$')).toHaveLength(2);
  });
});
