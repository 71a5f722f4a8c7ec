import { printedBinding, startService, tokenFor } from '../auth/setup.js';

async function setup() {
  const service = await startService({ TRUSTED_PROXIES: '127.0.0.1' });
  const uaa = printedBinding(service);
  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const atApi = (clientId: string, secret: string, address = '10.0.0.1') =>
    service.http.get('/probe/jobs').auth(clientId, secret).set(from(address));
  const atTokens = (clientId: string, secret: string, address = '10.0.0.1') =>
    service.http
      .post('/oauth/token')
      .auth(clientId, secret)
      .set(from(address))
      .type('form')
      .send({ grant_type: 'client_credentials' });
  /** Sends so many wrong guesses at once, half of them to each endpoint. */
  const guess = async (most: number, pairOf: (n: number) => [string, string], address?: string) =>
    Promise.all(
      Array.from({ length: most }, async (_, n) => {
        const [clientId, secret] = pairOf(n);
        return n % 2 === 0 ? atApi(clientId, secret, address) : atTokens(clientId, secret, address);
      }),
    );
  const provider = await tokenFor(service, uaa);
  const addBinding = async () => {
    const { BindingService } = await import('../../src/auth/binding/binding.service.js');
    const fresh = await service.app.get(BindingService).add({ instanceId: 1, actor: 'x' }, 'new', 'password');
    return { clientid: fresh.clientId, clientsecret: (fresh.clear as { clientSecret: string }).clientSecret };
  };
  return { ...service, service, uaa, provider, atApi, atTokens, guess, addBinding };
}

type Answers = readonly { status: number; headers: Record<string, string> }[];
const countOf = (answers: Answers, status: number) =>
  answers.filter((answer) => answer.status === status).length;

function expectLimited(answers: Answers): void {
  expect(countOf(answers, 401)).toBeLessThanOrEqual(15);
  expect(countOf(answers, 401)).toBeGreaterThan(0);
  expect(countOf(answers, 401) + countOf(answers, 429)).toBe(answers.length);
  for (const answer of answers.filter(({ status }) => status === 429)) {
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  }
}

describe('Guesses at secrets, forty at once', () => {
  it.each([
    ['with other secrets', 'known', (n: number) => `wrong ${n}`],
    ['with the same secret', 'known', () => 'wrong'],
    ['of a client that does not exist', 'unknown', (n: number) => `wrong ${n}`],
    ['of clients that do not exist', 'various', (n: number) => `wrong ${n}`],
  ])('%s are tried fifteen times at most', async (_name, client, secretOf) => {
    const { guess, uaa } = await setup();
    const nameOf = (n: number) => ({ known: uaa.clientid, unknown: 'nobody' })[client] ?? `nobody ${n}`;
    expectLimited(await guess(40, (n) => [nameOf(n), secretOf(n)]));
  });

  it('leave a pair that was verified before as it is, from that address too, and when its memory is over', async () => {
    const { guess, uaa, atApi, atTokens, clock } = await setup();
    await atApi(uaa.clientid, uaa.clientsecret).expect(200);
    clock.advance(6 * 60_000);
    expectLimited(await guess(40, (n) => [uaa.clientid, `wrong ${n}`]));
    await atApi(uaa.clientid, uaa.clientsecret).expect(200);
    await atTokens(uaa.clientid, uaa.clientsecret).expect(200);
    await atApi(uaa.clientid, 'wrong').expect(429);
  });

  it('leave another client behind that address, and the client at another address, as they are', async () => {
    const { guess, uaa, atApi, atTokens, addBinding } = await setup();
    const [one, two] = [await addBinding(), await addBinding()];
    expectLimited(await guess(40, (n) => [one.clientid, `wrong ${n}`]));
    expectLimited(await guess(40, (n) => [`nobody ${n}`, 'wrong'], '10.0.0.1'));
    await atApi(two.clientid, two.clientsecret).expect(200);
    await atApi(one.clientid, one.clientsecret).expect(429);
    await atTokens(one.clientid, one.clientsecret, '10.0.0.2').expect(200);
    await atApi(uaa.clientid, uaa.clientsecret).expect(200);
  });

  it('end with the minute', async () => {
    const { guess, addBinding, atApi, clock } = await setup();
    const one = await addBinding();
    await guess(40, () => [one.clientid, 'wrong']);
    await atApi(one.clientid, one.clientsecret).expect(429);
    clock.advance(60_000);
    await atApi(one.clientid, one.clientsecret).expect(200);
  });
});

describe('A right secret', () => {
  it('is hashed once for all requests that come at once, and none of them is refused', async () => {
    const { addBinding, atApi, service } = await setup();
    const one = await addBinding();
    const { SlowTurns } = await import('../../src/auth/binding/slow-turns.js');
    const turns = service.app.get(SlowTurns);
    let hashes = 0;
    const run = turns.run.bind(turns);
    turns.run = (place, work) => {
      hashes += 1;
      return run(place, work);
    };
    const answers = await Promise.all(
      Array.from({ length: 40 }, async () => atApi(one.clientid, one.clientsecret)),
    );
    expect(countOf(answers, 200)).toBe(40);
    expect(hashes).toBe(1);
  });

  it('is a guess like any other once it is revoked', async () => {
    const { addBinding, atApi, service } = await setup();
    const one = await addBinding();
    await atApi(one.clientid, one.clientsecret).expect(200);
    const { BindingService } = await import('../../src/auth/binding/binding.service.js');
    const bindings = service.app.get(BindingService);
    const revoked = (await bindings.page(1, { offset: 0, pageSize: 100 })).results.find(
      ({ clientId }) => clientId === one.clientid,
    );
    await bindings.revoke({ instanceId: 1, actor: 'x' }, String(revoked?.id));
    const answers = [];
    for (let n = 0; n < 12; n++) answers.push(await atApi(one.clientid, one.clientsecret));
    expect(countOf(answers, 401)).toBe(10);
    expect(countOf(answers, 429)).toBe(2);
  });
});
