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

  /** Returns the system's oldest open question, and lets everything that follows from it happen. */
  async answerOne(): Promise<void> {
    this.open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function setup(answer: (hostname: string) => readonly string[] = () => ['192.0.2.9']) {
  const sources = new Sources(answer);
  return { sources, resolver: new DnsResolver(sources) };
}

const throwing = (code: string) => () => {
  throw failure(code);
};

describe('DnsResolver', () => {
  it('asks DNS, and not the system, for a name that DNS knows', async () => {
    const { resolver, sources } = setup();
    expect(await resolver.resolve('app.test')).toEqual(['192.0.2.9']);
    expect(sources.asked).toEqual(['network app.test']);
  });

  it('asks the system alone for a name without a dot', async () => {
    const { resolver, sources } = setup();
    const answer = resolver.resolve('app');
    await sources.answerOne();
    expect(await answer).toEqual(['192.0.2.1']);
    expect(sources.asked).toEqual(['system app']);
  });

  it.each(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'])('asks the system where DNS says %s', async (code) => {
    const { resolver, sources } = setup(throwing(code));
    const answer = resolver.resolve('app.test');
    await sources.answerOne();
    await sources.answerOne();
    expect(await answer).toEqual(['192.0.2.1']);
    expect(sources.asked).toEqual(['network app.test', 'system app.test']);
  });

  it.each(['ETIMEOUT', 'ESERVFAIL'])(
    'does not let a thread wait for a name for which DNS says %s',
    async (code) => {
      const { resolver, sources } = setup(throwing(code));
      await expect(resolver.resolve('app.test')).rejects.toMatchObject({ code });
      expect(sources.asked).toEqual(['network app.test']);
    },
  );

  it('asks once for many connections to one name, and keeps answers of different names apart', async () => {
    const { resolver, sources } = setup((name) => [name === 'a.test' ? '192.0.2.1' : '192.0.2.2']);
    const answers = await Promise.all(
      ['a.test', 'a.test', 'b.test', 'a.test'].map((name) => resolver.resolve(name)),
    );
    expect(answers.flat()).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.1']);
    expect(sources.asked).toEqual(['network a.test', 'network b.test']);
    await resolver.resolve('a.test');
    expect(sources.asked).toHaveLength(2);
  });

  it('occupies two threads at most, and gets to every name in turn', async () => {
    const { resolver, sources } = setup();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const answers = Promise.all(names.map((name) => resolver.resolve(name)));
    await sources.answerOne();
    expect(sources.asked).toEqual(['system a', 'system b', 'system c']);
    for (let i = 1; i < names.length; i++) await sources.answerOne();
    expect(await answers).toHaveLength(5);
    expect(sources.asked).toEqual(names.map((name) => `system ${name}`));
    const later = resolver.resolve('f');
    await sources.answerOne();
    expect(await later).toEqual(['192.0.2.1']);
  });

  it('knows this machine', async () => {
    expect(await new DnsResolver().resolve('localhost')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
    );
  });
});
