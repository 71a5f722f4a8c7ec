import { ActionTarget } from '../support/action-target.js';
import { databaseKinds } from '../support/databases.js';
import { startFlow, type Flow } from '../flow/setup.js';
import { OperationWorker } from '../../src/operation/operation-worker.js';

const HOUR_MS = 3_600_000;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const STORED = basic('ann:secret');
const CLEARED = /'user' and 'password' were cleared: 'action' has another scheme, host or port/;

describe.each(databaseKinds)('The stored password of a job on $name', (kind) => {
  let flow: Flow;
  /** The new place of the action, on another port of the same host. */
  let other: ActionTarget;
  beforeAll(async () => {
    flow = await startFlow(kind, { OUTBOUND_ALLOW: '127.0.0.1,localhost' });
    other = await ActionTarget.start();
  });
  afterAll(() => other.stop());

  async function setup(change: object = {}) {
    await flow.clear();
    const { acme, clock, createJob, drain, target, app } = flow;
    const job = await createJob({ cron: '* * * * * 0 0' }, { user: 'ann', password: 'secret', ...change });
    const { body: stored } = await acme.get(`${job.job}?displaySchedules=true`).expect(200);
    const calls = () => [...target.calls, ...other.calls].filter((call) => call.path === job.path);
    /** The authorisation of the next call, wherever it goes. */
    const nextAuthorization = async () => {
      const before = calls();
      clock.advance(HOUR_MS - (clock.now() % HOUR_MS));
      await drain();
      const [next, ...more] = calls().filter((call) => !before.includes(call));
      expect(more).toEqual([]);
      return String(next?.headers.authorization);
    };
    const { port } = new URL(target.url());
    const urls = {
      same: target.url(job.path),
      upperCase: target.url(job.path).replace('http://127.0.0.1', 'HTTP://127.0.0.1'),
      decimal: `http://2130706433:${port}${job.path}`,
      otherPath: target.url('/elsewhere'),
      otherPort: other.url(job.path),
      localhost: `http://localhost:${port}${job.path}`,
      otherScheme: `https://127.0.0.1:${port}${job.path}`,
      otherHost: `http://app.example.com:${port}${job.path}`,
    };
    const userOf = async () => (await acme.get(job.job).expect(200)).body.user;
    const log = async (): Promise<string[]> => {
      const { body } = await acme.get(`/scheduler/actionLogs?jobId=${job.jobId}`).expect(200);
      return body.results.map(({ details }: { details: string }) => details);
    };
    const importing = async (entry: object) => {
      const { body } = await acme.post('/scheduler/import?existing=replace', [entry]).expect(202);
      await app.get(OperationWorker, { strict: false }).tick();
      const { body: status } = await acme.get(body['job-uri']).expect(200);
      expect(status['job-results']).toMatchObject({ replaced: 1, errors: [] });
    };
    return { ...flow, job, name: stored.name, stored, urls, userOf, log, importing, nextAuthorization };
  }

  type Setup = Awaited<ReturnType<typeof setup>>;
  describe.each([
    ['PUT by id', ({ acme, job }: Setup, change: object) => acme.put(job.job, change).expect(200)],
    [
      'PUT by name',
      ({ acme, name }: Setup, change: object) =>
        acme.put(`/scheduler/jobs/${name}`, { active: true, ...change }).expect(200),
    ],
    [
      'an import that replaces',
      ({ importing, stored }: Setup, change: object) => importing({ ...stored, user: null, ...change }),
    ],
  ] as [string, (on: Setup, change: object) => Promise<unknown>][])('%s', (_name, change) => {
    it('does not take it along to another port', async () => {
      const on = await setup();
      await change(on, { action: on.urls.otherPort });
      expect(await on.userOf()).toBeNull();
      expect(await on.nextAuthorization()).toMatch(/^Bearer /);
      expect(await on.log()).toContainEqual(expect.stringMatching(CLEARED));
    });

    it.each(['localhost', 'otherScheme', 'otherHost'] as const)(
      'does not take it along to another origin (%s)',
      async (place) => {
        const on = await setup();
        await change(on, { action: on.urls[place] });
        expect(await on.userOf()).toBeNull();
        // Giving the user again does not bring the password back.
        await on.acme.put(on.job.job, { action: on.urls.same, user: 'ann' }).expect(200);
        expect(await on.nextAuthorization()).toBe(basic('ann:'));
      },
    );

    it.each([{ user: 'bob' }, { password: 'other' }, { user: 'bob', password: null }])(
      'clears both where only one is given anew: %j',
      async (half) => {
        const on = await setup();
        await change(on, { action: on.urls.otherPort, ...half });
        expect(await on.userOf()).toBeNull();
        expect(await on.nextAuthorization()).toMatch(/^Bearer /);
        expect(await on.log()).toContainEqual(expect.stringMatching(CLEARED));
      },
    );

    it('takes what is given anew', async () => {
      const on = await setup();
      await change(on, { action: on.urls.otherPort, user: 'bob', password: 'other' });
      expect(await on.userOf()).toBe('bob');
      expect(await on.nextAuthorization()).toBe(basic('bob:other'));
      expect((await on.log()).join()).not.toMatch(CLEARED);
    });
  });

  it.each(['same', 'upperCase', 'decimal', 'otherPath'] as const)(
    'stays for an action of the same origin (%s)',
    async (place) => {
      const on = await setup();
      await on.acme.put(on.job.job, { action: on.urls[place] }).expect(200);
      expect(await on.userOf()).toBe('ann');
      await on.acme.put(on.job.job, { action: on.urls.same }).expect(200);
      expect(await on.nextAuthorization()).toBe(STORED);
      expect((await on.log()).join()).not.toMatch(CLEARED);
    },
  );

  it.each([
    ['https://app.example.com/a', 'HTTPS://APP.example.com:443/b', 'ann'],
    ['http://app.example.com/a', 'http://app.example.com:80/a', 'ann'],
    ['http://app.example.com/a', 'https://app.example.com/a', null],
    ['https://app.example.com/a', 'https://app.example.com:444/a', null],
    ['https://app.example.com/a', 'https://app.example.com./a', null],
  ])('of %s, changed to %s, leaves the user %j', async (action, next, user) => {
    const on = await setup({ action });
    await on.acme.put(on.job.job, { action: next }).expect(200);
    expect(await on.userOf()).toBe(user);
  });

  it('is not said to be cleared where there was none', async () => {
    const on = await setup({ user: null, password: null });
    await on.acme.put(on.job.job, { action: on.urls.otherPort, user: 'bob' }).expect(200);
    expect(await on.userOf()).toBe('bob');
    expect((await on.log()).join()).not.toMatch(CLEARED);
  });
});
