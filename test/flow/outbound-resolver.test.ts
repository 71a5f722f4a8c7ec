import { DnsResolver, type NameSources } from '../../src/outbound/outbound-resolver.js';

const failure = (code: string) => Object.assign(new Error(code), { code });

/** Sources that note what they are asked; the system answers when it is told to. */
class Sources implements NameSources {
  readonly asked: string[] = [];
  private readonly open: (() => void)[] = [];

  constructor(private readonly answer: (hostname: string) => readonly string[]) {}

  async network(hostname: string): Promise<readonly string[]> {
    this.asked.push(`network ${hostname}`);
    return this.answer(hostname);
  }

  system(hostname: string): Promise<readonly string[]> {
    this.asked.push(`system ${hostname}`);
    return new Promise((resolve) => this.open.push(() => resolve(['192.0.2.1'])));
  }

  /** Answers the system's latest open question, likewise. */
  async answerLatest(): Promise<void> {
    this.open.pop()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Returns the system's oldest open question, and lets everything that follows from it happen. */
  async answerOne(): Promise<void> {
    this.open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function setup(answer: (hostname: string) => readonly string[] = () => ['192.0.2.9'], limitMs?: number) {
  const sources = new Sources(answer);
  return { sources, resolver: new DnsResolver(sources, limitMs) };
}

const throwing = (code: string) => () => {
  throw failure(code);
};

describe('DnsResolver', () => {
  it('asks DNS, and not the system, for a name that DNS knows', async () => {
    const { resolver, sources } = setup();
    expect(await resolver.resolve('app.test', 1)).toEqual(['192.0.2.9']);
    expect(sources.asked).toEqual(['network app.test']);
  });

  it('asks the system alone for a name without a dot', async () => {
    const { resolver, sources } = setup();
    const answer = resolver.resolve('app', 1);
    await sources.answerOne();
    expect(await answer).toEqual(['192.0.2.1']);
    expect(sources.asked).toEqual(['system app']);
  });

  it.each(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'])('asks the system where DNS says %s', async (code) => {
    const { resolver, sources } = setup(throwing(code));
    const answer = resolver.resolve('app.test', 1);
    await sources.answerOne();
    await sources.answerOne();
    expect(await answer).toEqual(['192.0.2.1']);
    expect(sources.asked).toEqual(['network app.test', 'system app.test']);
  });

  it.each(['ETIMEOUT', 'ESERVFAIL'])(
    'does not let a thread wait for a name for which DNS says %s',
    async (code) => {
      const { resolver, sources } = setup(throwing(code));
      await expect(resolver.resolve('app.test', 1)).rejects.toMatchObject({ code });
      expect(sources.asked).toEqual(['network app.test']);
    },
  );

  it('asks once for many connections to one name, and keeps answers of different names apart', async () => {
    const { resolver, sources } = setup((name) => [name === 'a.test' ? '192.0.2.1' : '192.0.2.2']);
    const answers = await Promise.all(
      ['a.test', 'a.test', 'b.test', 'a.test'].map((name) => resolver.resolve(name, 1)),
    );
    expect(answers.flat()).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.1']);
    expect(sources.asked).toEqual(['network a.test', 'network b.test']);
    await resolver.resolve('a.test', 1);
    expect(sources.asked).toHaveLength(2);
  });

  it('occupies two threads at most, and gets to every tenancy in turn', async () => {
    const { resolver, sources } = setup();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const answers = Promise.all(names.map((name, tenancy) => resolver.resolve(name, tenancy)));
    await sources.answerOne();
    expect(sources.asked).toEqual(['system a', 'system b', 'system c']);
    for (let i = 1; i < names.length; i++) await sources.answerOne();
    expect(await answers).toHaveLength(5);
    expect(sources.asked).toEqual(names.map((name) => `system ${name}`));
    const later = resolver.resolve('f', 1);
    await sources.answerOne();
    expect(await later).toEqual(['192.0.2.1']);
  });

  it('gives one tenancy one thread, however many names it has', async () => {
    const { resolver, sources } = setup();
    const silent = Array.from({ length: 40 }, (_, place) => resolver.resolve(`silent-${place}`, 1));
    expect(sources.asked).toEqual(['system silent-0']);
    for (const tenancy of [2, 3, null]) {
      const other = resolver.resolve(`app-${tenancy}`, tenancy);
      expect(sources.asked.at(-1)).toBe(`system app-${tenancy}`);
      await sources.answerLatest();
      expect(await other).toEqual(['192.0.2.1']);
    }
    expect(sources.asked).toHaveLength(4);
    for (let i = 0; i < silent.length; i++) await sources.answerOne();
    expect(await Promise.all(silent)).toHaveLength(40);
  });

  it('does not let a tenancy wait for a name behind another one’s names', async () => {
    const { resolver, sources } = setup();
    const answers = ['silent', 'app'].map((name) => resolver.resolve(name, 1));
    const other = resolver.resolve('app', 2);
    expect(sources.asked).toEqual(['system silent', 'system app']);
    await sources.answerLatest();
    expect(await other).toEqual(['192.0.2.1']);
    await sources.answerOne();
    await sources.answerOne();
    expect(await Promise.all(answers)).toHaveLength(2);
  });

  it('ends a look-up after its time, asked or not, and does not give what it found to others', async () => {
    const { resolver, sources } = setup(undefined, 20);
    const timedOut = expect.objectContaining({ code: 'ETIMEOUT' });
    const answers = ['silent-1', 'silent-2'].map((name) => resolver.resolve(name, 1));
    for (const answer of await Promise.allSettled(answers))
      expect(answer).toMatchObject({ status: 'rejected', reason: timedOut });
    expect(sources.asked).toEqual(['system silent-1']);
    // Another tenancy asks for itself, and an answer that comes late counts for the next call.
    void resolver.resolve('silent-1', 2).catch(() => undefined);
    expect(sources.asked).toEqual(['system silent-1', 'system silent-1']);
    await sources.answerOne();
    expect(await resolver.resolve('silent-1', 1)).toEqual(['192.0.2.1']);
    expect(sources.asked).toHaveLength(2);
  });

  it('leaves a thread free when the names of several tenancies are silent again and again', async () => {
    const { resolver, sources } = setup(undefined, 20);
    for (const tenancy of [1, 2, 3]) {
      await expect(resolver.resolve(`silent-${tenancy}`, tenancy)).rejects.toThrow(/No name server answered/);
      await sources.answerLatest();
    }
    const again = [1, 2, 3].map((tenancy) => resolver.resolve(`more-${tenancy}`, tenancy));
    expect(sources.asked.slice(3)).toEqual(['system more-1']);
    const other = resolver.resolve('app', 4);
    expect(sources.asked.slice(3)).toEqual(['system more-1', 'system app']);
    await sources.answerLatest();
    expect(await other).toEqual(['192.0.2.1']);
    await Promise.allSettled(again);
  });

  it('refuses names beyond the hundred that wait for one tenancy, and none of others', async () => {
    const { resolver, sources } = setup();
    const answers = Array.from({ length: 102 }, (_, place) => resolver.resolve(`silent-${place}`, 1));
    await expect(answers[101]).rejects.toMatchObject({ code: 'ETIMEOUT' });
    const other = resolver.resolve('app', 2);
    await sources.answerLatest();
    expect(await other).toEqual(['192.0.2.1']);
    for (let i = 0; i < 101; i++) await sources.answerOne();
    expect(await Promise.all(answers.slice(0, 101))).toHaveLength(101);
  });

  it('knows this machine', async () => {
    expect(await new DnsResolver().resolve('localhost', 1)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
    );
  });
});
