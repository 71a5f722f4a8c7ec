import { PlatformRefused, PlatformUnreachable } from '../../src/runner/platform-failure.js';
import { CREATES, FakeCloudController, LOOKS } from '../support/cloud-controller/fake-cloud-controller.js';
import { freePort } from '../support/free-port.js';
import { failureOf, LOGINS, reach, RUN } from './cloud-setup.js';

const NOTHING = '99999999-9999-4999-8999-999999999998';
/** The time limit of a test that waits for it; a busy machine does the rest within it. */
const SHORT_MS = '2000';

const fake = await FakeCloudController.start();

describe('A task on Cloud Foundry', () => {
  it('is started with the options, the name and the labels by which it is found again', async () => {
    const { platform, order } = await reach(fake);
    const labels = { team: 'a', 'carillon-run': 'not mine' };
    const options = { command: 'run', memory_in_mb: 64, metadata: { labels, annotations: { note: 'b' } } };
    const started = await platform.start(order({ options }));
    const [task] = (await fake.tasks()).filter(({ guid }) => guid === started.guid);
    expect(task).toMatchObject({ name: 'nightly', command: 'run', memory_in_mb: 64 });
    expect(task?.metadata).toEqual({
      labels: {
        team: 'a',
        'carillon-run': RUN,
        'carillon-job': '7',
        'carillon-instance': '99999999-9999-4999-8999-999999999999',
      },
      annotations: { note: 'b' },
    });
    expect(started).toMatchObject({ name: 'nightly', state: 'RUNNING', failureReason: null });
  });

  it('has the name of the options where these have one', async () => {
    const { platform, order } = await reach(fake);
    expect((await platform.start(order({ options: { command: 'run', name: 'own' } }))).name).toBe('own');
  });

  it('is found by the label of its run, the oldest first, and not by that of another run', async () => {
    const { platform, order } = await reach(fake);
    const app = await fake.addApp('labels');
    const starts = [RUN, NOTHING, RUN].map((runId) => order({ appId: app.guid, runId }));
    const guids: string[] = [];
    for (const start of starts) guids.push((await platform.start(start)).guid);
    const found = await platform.listOfRun(app.guid, RUN);
    expect(found.map(({ guid }) => guid)).toEqual([guids[0], guids[2]]);
  });

  it('is seen with the others by one request, and one that is not there is told', async () => {
    const { platform, order } = await reach(fake);
    const guids = [(await platform.start(order())).guid, (await platform.start(order())).guid, NOTHING];
    await fake.end(guids.slice(0, 1), 'FAILED', 'Exited with status 1');
    const look = await platform.look(guids);
    expect(look.seen.map(({ state, failureReason }) => [state, failureReason])).toEqual([
      ['FAILED', 'Exited with status 1'],
      ['RUNNING', null],
    ]);
    expect(look).toMatchObject({ missing: [NOTHING], rateLimit: null });
    expect(await fake.requests(LOOKS)).toHaveLength(1);
  });

  it('is stopped once, and tells what became of it', async () => {
    const { platform, order } = await reach(fake);
    await fake.change({ cancelMs: null });
    const { guid } = await platform.start(order());
    expect(await platform.stop(guid)).toBe('ordered');
    await fake.end([guid], 'FAILED');
    expect(await platform.stop(guid)).toBe('ended');
    await fake.forget([guid]);
    expect(await platform.stop(guid)).toBe('gone');
    expect(await platform.find(guid)).toBe('gone');
  });

  it('is not gone where the space cannot be read any more', async () => {
    const { platform, order } = await reach(fake);
    const { guid } = await platform.start(order());
    await fake.changeHolder('carillon@example.com', { role: null });
    const failures = [await failureOf(platform.find(guid)), await failureOf(platform.stop(guid))];
    await fake.changeHolder('carillon@example.com', { role: 'space_developer' });
    for (const failure of failures) expect(failure).toMatchObject({ status: 404, about: { isOwn: true } });
    expect(await platform.find(guid)).toMatchObject({ guid });
  });

  it('is not gone where a router does not know the Cloud Controller', async () => {
    const { platform, order } = await reach(fake);
    const { guid } = await platform.start(order());
    await fake.reacts({
      on: guid,
      answer: { status: 404, body: '404 Not Found: Requested route does not exist.' },
    });
    const unknown = { status: 404, message: 'The platform answered 404.', about: { isOwn: false } };
    expect(await failureOf(platform.find(guid))).toMatchObject(unknown);
    expect(await failureOf(platform.stop(guid))).toMatchObject(unknown);
  });
});

describe('Applications of the space', () => {
  it('are found by GUID and by name, with a comma in it, and never in another space', async () => {
    const { platform } = await reach(fake);
    const { guid: appId } = await fake.addApp('a, b & 100%');
    const app = { appId, name: 'a, b & 100%', state: 'STARTED' };
    expect(await platform.findApp({ appId })).toEqual(app);
    expect(await platform.findApp({ name: 'a, b & 100%' })).toEqual(app);
    expect(await platform.findApp({ name: 'a' })).toBeNull();
    expect(await platform.findApp({ appId: fake.foreignApp.guid })).toBeNull();
    expect(await platform.findApp({ name: fake.foreignApp.name })).toBeNull();
  });

  it('are listed from any place on', async () => {
    const { platform } = await reach(fake);
    for (const name of ['p', 'q', 'r', 's']) await fake.addApp(name);
    const all = await platform.listApps({}, { offset: 0, pageSize: 100 });
    expect(all.results).toHaveLength(all.total);
    for (const offset of [0, 1, 2, 3, all.total - 1, all.total]) {
      const part = await platform.listApps({}, { offset, pageSize: 3 });
      expect(part).toEqual({ total: all.total, results: all.results.slice(offset, offset + 3) });
    }
    expect(await platform.listApps({ name: 'q' }, { offset: 0, pageSize: 3 })).toMatchObject({ total: 1 });
  });

  it('have processes of their own', async () => {
    const { platform } = await reach(fake);
    const { guid, process } = fake.app;
    expect(await platform.hasProcess(guid, process.guid)).toBe(true);
    expect(await platform.hasProcess(fake.stagedApp.guid, process.guid)).toBe(false);
    expect(await platform.hasProcess(guid, NOTHING)).toBe(false);
  });
});

describe('What goes wrong with a start', () => {
  it.each([
    ['an application that is not there', { appId: NOTHING }, 404, ['App not found']],
    ['no droplet', { appId: fake.stagedApp.guid }, 422, [expect.stringContaining('must have a droplet')]],
    ['no command', { options: {} }, 422, ['No command or template provided']],
  ])('is refused for %s', async (_, change, status, details) => {
    const { platform, order } = await reach(fake);
    const failure = await failureOf(platform.start(order(change)));
    expect(failure).toBeInstanceOf(PlatformRefused);
    expect(failure).toMatchObject({ status, details, about: { isOwn: true } });
  });

  it.each([500, 503])('tells the own %i of the Cloud Controller from that of a router', async (status) => {
    const { platform, order } = await reach(fake);
    const errors = [{ code: 10001, title: 'UnknownError', detail: `  broken\n${'x'.repeat(2_000)}` }];
    await fake.reacts({ on: CREATES, times: 1, answer: { status, body: { errors } } });
    const own = await failureOf(platform.start(order()));
    expect(own).toMatchObject({ status, about: { isOwn: true, title: 'UnknownError' } });
    expect((own as PlatformRefused).details).toEqual([`broken ${'x'.repeat(993)}`]);
    await fake.reacts({ on: CREATES, times: 1, isDone: true, answer: { status, body: 'upstream is away' } });
    expect(await failureOf(platform.start(order()))).toMatchObject({
      status,
      details: [],
      about: { isOwn: false },
    });
  });

  it('reads when to come back from a 429, which is text', async () => {
    const { platform, order } = await reach(fake);
    await platform.listApps({}, { offset: 0, pageSize: 1 });
    await fake.change({ rateLimit: 10 });
    const look = await platform.look([NOTHING]);
    expect(look.rateLimit).toEqual({ limit: 10, remaining: 9 });
    await fake.change({ rateLimit: 1 });
    const failure = await failureOf(platform.start(order()));
    await fake.change({ rateLimit: null });
    expect(failure).toMatchObject({ status: 429, details: ['Rate Limit Exceeded'], about: { isOwn: true } });
    expect((failure as PlatformRefused).about.retryAfterMs).toBeGreaterThanOrEqual(1_000);
  });

  it.each(['cut', 'none'] as const)(
    'knows that the request was sent where the answer is %s',
    async (answer) => {
      const { platform, order } = await reach(fake, {}, { ACTION_TIMEOUT_MS: SHORT_MS });
      await platform.listApps({}, { offset: 0, pageSize: 1 });
      await fake.reacts({ on: CREATES, times: 1, isDone: true, answer });
      const failure = await failureOf(platform.start(order({ runId: NOTHING })));
      expect(failure).toBeInstanceOf(PlatformUnreachable);
      expect(failure).toMatchObject({ about: { wasSent: true } });
    },
  );

  it('knows that nothing was sent where nobody listens, whoever it is', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const away = await reach(fake, { api: nobody });
    const refused = { code: 'ECONNREFUSED', about: { wasSent: false, isDistrusted: false } };
    expect(await failureOf(away.platform.start(away.order()))).toMatchObject(refused);
    const { platform, order } = await reach(fake);
    await fake.reacts({
      on: '^GET /$',
      answer: { status: 200, body: { links: { login: { href: nobody } } } },
    });
    expect(await failureOf(platform.start(order()))).toMatchObject(refused);
    const other = await reach(fake);
    await fake.reacts({ on: LOGINS, answer: 'cut' });
    // What was sent is a login: the task was not.
    expect(await failureOf(other.platform.start(other.order()))).toMatchObject({ about: { wasSent: false } });
  });

  it('is an answer that cannot be read, after which a task may be there', async () => {
    const { platform, order } = await reach(fake);
    await fake.reacts({ on: CREATES, times: 1, answer: { status: 202, body: '<html>' } });
    expect(await failureOf(platform.start(order()))).toMatchObject({
      code: 'EBADMSG',
      about: { wasSent: true },
    });
  });

  it('asks neither an API nor a login server that the guard refuses', async () => {
    const env = { OUTBOUND_ALLOW: '192.0.2.1' };
    const inner = await reach(fake, {}, env);
    const refused = { code: 'OUTBOUND_REFUSED', about: { wasSent: false, isDistrusted: true } };
    expect(await failureOf(inner.platform.start(inner.order()))).toMatchObject(refused);
    expect(await fake.requests()).toEqual([]);
    const { platform, order } = await reach(fake);
    const links = { login: { href: 'http://169.254.169.254/' } };
    await fake.reacts({ on: '^GET /$', answer: { status: 200, body: { links } } });
    expect(await failureOf(platform.start(order()))).toMatchObject(refused);
  });
});
