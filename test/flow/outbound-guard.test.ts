import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Test } from '@nestjs/testing';
import { request } from 'undici';
import { CONFIG, readConfig } from '../../src/config/config.js';
import { ActionCaller } from '../../src/dispatch/action-caller.js';
import { OutboundGuard } from '../../src/dispatch/outbound-guard.js';
import { Resolver } from '../../src/dispatch/outbound-resolver.js';

/** Answers from a table; the answers to one name follow each other, the last one stays. */
class Table extends Resolver {
  readonly asked: string[] = [];
  constructor(private readonly answers: Record<string, string[][]>) {
    super();
  }
  resolve(hostname: string): Promise<readonly string[]> {
    this.asked.push(hostname);
    const queue = this.answers[hostname];
    const answer = queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0];
    if (answer !== undefined) return Promise.resolve(answer);
    return Promise.reject(Object.assign(new Error(`queryA ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }));
  }
}

const PRODUCTION = {
  NODE_ENV: 'production',
  KEY_ENCRYPTION_SECRET: 'sixteen characters',
  PUBLIC_URL: 'https://jobs.example.com',
};

function setup(env: Record<string, string> = {}, answers: Record<string, string[][]> = {}) {
  const resolver = new Table(answers);
  const config = readConfig(env);
  const guard = new OutboundGuard(config, resolver);
  const lookUp = (name: string) =>
    new Promise((resolve) =>
      guard.lookup(name, { all: true }, (error, addresses) =>
        resolve(error === null ? addresses : error.code),
      ),
    );
  return { guard, resolver, config, lookUp };
}

const production = (env: Record<string, string> = {}, answers: Record<string, string[][]> = {}) =>
  setup({ ...PRODUCTION, ...env }, answers);

describe('OutboundGuard: the text of a URL, in production', () => {
  it.each([
    // what it is, one that is refused, a word of the reason, its sibling that passes
    ['a scheme', 'http://example.com/', 'https', 'https://example.com/'],
    ['a scheme', 'ftp://example.com/', 'https', 'https://example.com/ftp://'],
    ['a scheme', 'file:///etc/passwd', 'https', 'https://example.com/etc/passwd'],
    ['a scheme', 'javascript:alert(1)', 'https', 'HTTPS://EXAMPLE.COM/'],
    ['no URL', 'example.com/act', 'read', 'https://example.com/act'],
    ['no URL', '', 'read', 'https://example.com'],
    ['no URL', 'https://', 'read', 'https://a/'],
    ['no URL', 'https://1.2.3.4.5/', 'read', 'https://1.2.3.4.5.example.com/'],
    ['userinfo', 'https://user:secret@example.com/', 'password', 'https://example.com/user:secret@'],
    ['userinfo', 'https://user@example.com/', 'user name', 'https://example.com/?user@'],
    ['userinfo', 'https://example.com@10.0.0.1/', 'user name', 'https://example.com/@10.0.0.1/'],
    ['userinfo', 'https://:@10.0.0.1/', 'private', 'https://:@8.8.8.8/'], // empty: the URL parser drops it
    ['loopback', 'https://127.0.0.1/', 'loopback', 'https://126.0.0.1/'],
    ['loopback', 'https://127.9.9.9:8443/', 'loopback', 'https://128.9.9.9:8443/'],
    ['a short address', 'https://127.1/', 'loopback', 'https://8.1/'],
    ['a decimal address', 'https://2130706433/', 'loopback', 'https://134744072/'],
    ['an octal address', 'https://0177.0.0.1/', 'loopback', 'https://010.8.8.8/'],
    ['an octal address', 'https://017700000001/', 'loopback', 'https://01002004010/'],
    ['a hexadecimal address', 'https://0x7f.0x0.0x0.0x1/', 'loopback', 'https://0x8.0x8.0x8.0x8/'],
    ['a hexadecimal address', 'https://0x7f000001/', 'loopback', 'https://0x08080808/'],
    ['mixed notations', 'https://0xa9.254.0251.0376/', 'metadata', 'https://0x8.8.010.8/'],
    ['full-width digits', 'https://１２７.０.０.１/', 'loopback', 'https://８.８.８.８/'],
    ['encoded digits', 'https://%31%32%37.0.0.1/', 'loopback', 'https://%38.8.8.8/'],
    ['a final dot', 'https://127.0.0.1./', 'loopback', 'https://8.8.8.8./'],
    ['backslashes', 'https:\\\\127.0.0.1\\', 'loopback', 'https:\\\\8.8.8.8\\'],
    ['tabs and line ends', 'https://127.0\t.0\n.1/', 'loopback', 'https://8.8\t.8\n.8/'],
    ['the unspecified address', 'https://0/', 'reserved', 'https://134744072/'],
    ['the unspecified address', 'https://[::]/', 'reserved', 'https://[2606:4700::]/'],
    ['private', 'https://10.1.2.3/', 'private', 'https://11.1.2.3/'],
    ['private', 'https://172.16.0.1/', 'private', 'https://172.32.0.1/'],
    ['private', 'https://192.168.1.1/', 'private', 'https://192.169.1.1/'],
    ['carrier-grade NAT', 'https://100.64.0.1/', 'carrier', 'https://100.128.0.1/'],
    ['link-local', 'https://169.254.1.1/', 'link-local', 'https://169.253.1.1/'],
    [
      'metadata',
      'https://169.254.169.254/latest/meta-data/',
      'metadata',
      'https://169.253.169.254/latest/meta-data/',
    ],
    ['metadata', 'https://100.100.100.200/', 'metadata', 'https://100.200.100.200/'],
    ['metadata', 'https://[fd00:ec2::254]/', 'metadata', 'https://[2600:ec2::254]/'],
    ['multicast', 'https://224.0.0.1/', 'multicast', 'https://223.0.0.1/'],
    ['documentation', 'https://192.0.2.1/', 'reserved', 'https://192.1.2.1/'],
    ['broadcast', 'https://255.255.255.255/', 'reserved', 'https://200.255.255.255/'],
    ['IPv6 loopback', 'https://[::1]/', 'loopback', 'https://[2606:4700::1]/'],
    ['IPv6 loopback', 'https://[0:0:0:0:0:0:0:1]/', 'loopback', 'https://[2606:4700:0:0:0:0:0:1]/'],
    ['IPv6 unique local', 'https://[fd12::1]/', 'private', 'https://[2a00::1]/'],
    ['IPv6 link-local', 'https://[fe80::1]/', 'link-local', 'https://[2a00::2]/'],
    ['IPv4-mapped', 'https://[::ffff:127.0.0.1]/', 'loopback', 'https://[::ffff:8.8.8.8]/'],
    ['IPv4-mapped', 'https://[::ffff:7f00:1]/', 'loopback', 'https://[::ffff:808:808]/'],
    ['IPv4-mapped', 'https://[::ffff:169.254.169.254]/', 'metadata', 'https://[::ffff:9.9.9.9]/'],
    ['IPv4-compatible', 'https://[::127.0.0.1]/', 'loopback', 'https://[::8.8.8.8]/'],
    ['NAT64', 'https://[64:ff9b::127.0.0.1]/', 'loopback', 'https://[64:ff9b::8.8.8.8]/'],
    ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/', 'metadata', 'https://[64:ff9b::808:808]/'],
    ['NAT64 for local use', 'https://[64:ff9b:1::808:808]/', 'reserved', 'https://[64:ff9b::808:808]/'],
    ['6to4', 'https://[2002:7f00:1::]/', 'loopback', 'https://[2002:808:808::]/'],
    ['Teredo', 'https://[2001:0:808:808::80ff:fffe]/', 'loopback', 'https://[2001:0:808:808::f7f7:f7f7]/'],
    ['localhost', 'https://localhost/', 'not public', 'https://localhost.example.com/'],
    ['localhost', 'https://LOCALHOST./', 'not public', 'https://localhosts/'],
    ['localhost', 'https://a.b.localhost/', 'not public', 'https://a.b.localhost.example/'],
    ['localhost', 'https://ｌocalhost/', 'not public', 'https://ｌocal.example/'],
    ['port of a database', 'https://example.com:5432/', '5432', 'https://example.com:5433/'],
    ['port of a database', 'https://example.com:3306/', '3306', 'https://example.com:3307/'],
    ['port of a database', 'https://example.com:6379/', '6379', 'https://example.com:8443/'],
    ['port of a database', 'https://example.com:27017/', '27017', 'https://example.com:27016/'],
    ['port of a database', 'https://example.com:11211/', '11211', 'https://example.com:11212/'],
    ['port of a mail server', 'https://example.com:25/', '25', 'https://example.com:443/'],
    ['port of a shell', 'https://example.com:22/', '22', 'https://example.com:2222/'],
    ['port zero', 'https://example.com:0/', 'Port 0', 'https://example.com:00443/'],
    ['this service', 'https://jobs.example.com/', 'itself', 'https://job.example.com/'],
    ['this service', 'https://JOBS.EXAMPLE.COM.:443/api', 'itself', 'https://jobs.example.com:8443/api'],
    ['this service', 'https://tenant.jobs.example.com/', 'itself', 'https://tenantjobs.example.com/'],
  ])('refuses %s: %s', (_, refused, word, passes) => {
    const { guard, resolver } = production();
    expect(guard.refusalOf(refused)).toContain(word);
    expect(guard.refusalOf(refused)).toMatch(/^[A-Z].*\.$/); // one plain sentence, asked twice: the kept answer too
    expect(guard.refusalOf(passes)).toBeNull();
    expect(resolver.asked).toEqual([]);
  });

  it('does not repeat a password', () => {
    expect(production().guard.refusalOf('https://user:secret@example.com/')).not.toContain('secret');
  });

  it('keeps its answers apart, however many URLs there are', () => {
    const { guard } = production();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 5_000; i++) {
        guard.refusalOf(`https://h${i}.example/`);
        if (i % 100 === 0) expect(guard.refusalOf(`https://10.0.${i % 256}.1/`)).toContain('private');
      }
    }
  });
});

describe('OutboundGuard: development', () => {
  it('permits loopback and plain http, and nothing else that is not public', () => {
    const { guard } = setup();
    for (const url of [
      'http://localhost:8080/',
      'http://127.0.0.1:8080/',
      'http://[::1]:8080/',
      'http://a.localhost:5432/',
      'http://example.com/',
    ])
      expect([url, guard.refusalOf(url)]).toEqual([url, null]);
    for (const url of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://user:x@127.0.0.1:8080/',
      'ftp://127.0.0.1/',
    ])
      expect([url, guard.refusalOf(url)]).not.toEqual([url, null]);
  });

  it.each([
    'http://localhost:3000/',
    'http://127.0.0.1:3000/',
    'http://[::1]:3000/',
    'http://127.1:3000/',
    'http://0x7f.1:3000/',
    'http://[::ffff:127.0.0.1]:3000/',
    'http://tenant.localhost:3000/',
  ])('refuses the port that the service itself listens on: %s', (url) => {
    expect(setup().guard.refusalOf(url)).toContain('itself');
    expect(setup({ PORT: '3001', PUBLIC_URL: 'http://localhost:3001' }).guard.refusalOf(url)).toBeNull();
  });

  it('refuses that port at every address of the machine, once it is known', () => {
    const own = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .map((entry) => (entry.family === 'IPv6' ? `[${entry.address}]` : entry.address));
    const { guard } = setup({ PORT: '0', OUTBOUND_ALLOW: '0.0.0.0/0 ::/0' });
    expect(own.length).toBeGreaterThan(0);
    for (const address of [...own, '0.0.0.0', '[::]'])
      expect(guard.refusalOf(`http://${address}:4567/`)).toBeNull();
    guard.listensOn(4567);
    for (const address of [...own, '0.0.0.0', '[::]'])
      expect(guard.refusalOf(`http://${address}:4567/`)).toContain('itself');
    expect(guard.refusalOf('http://203.0.113.7:4567/')).toBeNull();
  });
});

describe('OutboundGuard: names', () => {
  const ANSWERS = {
    'public.test': [['8.8.8.8', '2606:4700::1']],
    'mixed.test': [['8.8.8.8', '10.0.0.1']],
    'mixed-six.test': [['8.8.8.8', '::ffff:10.0.0.1']],
    'metadata.test': [['169.254.169.254']],
    'empty.test': [[]],
    'odd.test': [['8.8.8.8', 'not an address']],
  };

  it('hands out what it has checked', async () => {
    const { lookUp, resolver } = production({}, ANSWERS);
    const addresses = [
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ];
    expect(await lookUp('public.test')).toEqual(addresses);
    expect(await lookUp('PUBLIC.test.')).toEqual(addresses);
    expect(resolver.asked).toEqual(['public.test', 'public.test']);
  });

  it('hands out one address to who asks for one', async () => {
    const { guard } = production({}, ANSWERS);
    const one = await new Promise((resolve) =>
      guard.lookup('public.test', {}, (...result) => resolve(result)),
    );
    expect(one).toEqual([null, '8.8.8.8', 4]);
  });

  it.each([
    'mixed.test',
    'mixed-six.test',
    'metadata.test',
    'odd.test',
    'localhost',
    'x.localhost',
    '10.0.0.1',
  ])('refuses %s, any of whose addresses is not public', async (name) => {
    expect(await production({}, ANSWERS).lookUp(name)).toBe('OUTBOUND_REFUSED');
  });

  it.each([['empty.test'], ['unknown.test']])('passes on that %s is not known', async (name) => {
    expect(await production({}, ANSWERS).lookUp(name)).toBe('ENOTFOUND');
  });

  it('does not ask anybody for localhost', async () => {
    const { lookUp, resolver } = setup();
    expect(await lookUp('tenant.localhost')).toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(resolver.asked).toEqual([]);
  });
});

describe('OutboundGuard: the allow-list', () => {
  it.each([
    ['10.0.0.0/8', 'https://10.1.2.3/', 'https://192.168.1.1/'],
    ['10.0.0.0/8', 'https://[::ffff:10.1.2.3]/', 'https://[::ffff:192.168.1.1]/'],
    ['10.1.2.3', 'https://10.1.2.3/', 'https://10.1.2.4/'],
    ['fd00::/8', 'https://[fd12::1]/', 'https://[fe80::1]/'],
    ['127.0.0.0/8', 'https://localhost/', 'https://[::1]/'],
    ['localhost', 'https://a.localhost/', 'https://127.0.0.1/'],
    ['0.0.0.0/0', 'https://10.0.0.1/', 'https://169.254.169.254/'], // metadata has to be named
    ['169.254.169.254', 'https://169.254.169.254/', 'https://169.254.169.253/'],
    ['http://10.1.2.3', 'http://10.1.2.3:8080/', 'http://10.1.2.4:8080/'],
    ['http://10.0.0.0/8', 'http://10.1.2.3/', 'http://8.8.8.8/'],
    ['http://app.internal', 'http://app.internal/', 'http://other.internal/'],
    ['http://*', 'http://example.com/', 'http://10.0.0.1/'],
    ['http://10.1.2.3', 'http://10.1.2.3/', 'http://10.1.2.3:5432/'],
    ['jobs.example.com', 'https://app.example.com/', 'https://jobs.example.com/'], // never the service itself
    ['example.com, 10.0.0.0/8', 'https://10.0.0.1/', 'https://user@10.0.0.1/'],
  ])('with %s permits %s and still not %s', (OUTBOUND_ALLOW, permitted, refused) => {
    const { guard } = production({ OUTBOUND_ALLOW });
    expect(guard.refusalOf(permitted)).toBeNull();
    expect(guard.refusalOf(refused)).not.toBeNull();
  });

  it.each([
    ['app.internal', 'app.internal', 'b.app.internal'],
    ['App.Internal.', 'APP.internal.', 'app.internals'],
    ['*.internal', 'b.app.internal', 'internal'],
    ['10.0.0.0/8', 'app.internal', 'metadata.internal'],
  ])(
    'with %s lets the name %s lead anywhere private, and not %s',
    async (OUTBOUND_ALLOW, permitted, refused) => {
      const here = [['10.0.0.1']];
      const answers = {
        'app.internal': here,
        'b.app.internal': here,
        'app.internals': here,
        internal: here,
        'metadata.internal': [['169.254.169.254']],
      };
      const { lookUp } = production({ OUTBOUND_ALLOW }, answers);
      expect(await lookUp(permitted)).toEqual([{ address: '10.0.0.1', family: 4 }]);
      expect(await lookUp(refused)).toBe('OUTBOUND_REFUSED');
    },
  );
});

describe('OutboundGuard: connections', () => {
  const open: { server: Server; caller: ActionCaller; guard: OutboundGuard }[] = [];

  /** A web server here, and a production service that may call it under the names of a table. */
  async function serving(answers: Record<string, string[][]>, env: Record<string, string> = {}) {
    let requests = 0;
    const server = createServer((incoming, response) => {
      requests += 1;
      response.setHeader('connection', 'close');
      if (incoming.url === '/redirect') response.writeHead(302, { location: 'http://169.254.169.254/' });
      response.end('ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // of a TCP server
    const { guard, config, resolver } = production(
      { OUTBOUND_ALLOW: '127.0.0.0/8 http://*', ...env },
      answers,
    );
    const caller = new ActionCaller(config, guard);
    open.push({ server, caller, guard });
    const call = (host: string, path = '/') =>
      caller.call({ url: `http://${host}:${port}${path}`, method: 'GET', data: null, headers: {} });
    return { call, guard, resolver, port, requests: () => requests };
  }

  afterEach(async () => {
    for (const { server, caller, guard } of open.splice(0)) {
      await caller.close();
      await guard.onApplicationShutdown();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  const OK = { kind: 'answered', httpStatus: 200, body: 'ok' };
  const refused = { kind: 'unreachable', code: 'OUTBOUND_REFUSED', message: expect.any(String) };

  it('calls the address that was checked', async () => {
    const { call, resolver } = await serving({ 'app.test': [['127.0.0.1']] });
    expect(await call('app.test')).toEqual(OK);
    expect(resolver.asked).toEqual(['app.test']); // once: nobody else resolves it again
  });

  it('refuses a name with one address that may be called and one that may not, and calls neither', async () => {
    const { call, requests } = await serving({ 'mixed.test': [['127.0.0.1', '10.0.0.1']] });
    expect(await call('mixed.test')).toEqual(refused);
    expect(requests()).toBe(0);
  });

  it('does not say which address a refused name has', async () => {
    const { call } = await serving({ 'inner.test': [['10.20.30.40']] });
    expect(JSON.stringify(await call('inner.test'))).not.toContain('10.20.30.40');
  });

  it('checks each new connection anew: a name that changes its answer is refused from then on', async () => {
    const { call, requests } = await serving({ 'rebind.test': [['127.0.0.1'], ['10.0.0.1'], ['127.0.0.1']] });
    expect(await call('rebind.test')).toEqual(OK);
    expect(await call('rebind.test')).toEqual(refused);
    expect(await call('rebind.test')).toEqual(OK);
    expect(requests()).toBe(2);
  });

  it('refuses at the connection what the text of the URL could not show', async () => {
    const { call, guard, port } = await serving({ 'late.test': [['192.168.0.1']] });
    expect(guard.refusalOf(`http://late.test:${port}/`)).toBeNull();
    expect(await call('late.test')).toEqual(refused);
  });

  it('refuses literal addresses, which no look-up sees', async () => {
    const { call } = await serving({});
    expect(await call('[::1]')).toEqual(refused);
    expect(await call('10.0.0.1')).toEqual(refused);
    expect(await call('0x7f.1')).toEqual(OK);
  });

  it('takes the failure of the resolver as no connection', async () => {
    const { call } = await serving({});
    expect(await call('unknown.test')).toEqual({
      kind: 'unreachable',
      code: 'ENOTFOUND',
      message: 'queryA ENOTFOUND unknown.test',
    });
  });

  it('tries the next address of a name where the first is dead', async () => {
    const { call } = await serving({ 'two.test': [['127.9.9.9', '127.0.0.1']] });
    expect(await call('two.test')).toEqual(OK);
  });

  it('answers a redirect to a metadata address and does not go there', async () => {
    const { call, requests } = await serving({ 'app.test': [['127.0.0.1']] });
    expect(await call('app.test', '/redirect')).toEqual({ kind: 'answered', httpStatus: 302, body: 'ok' });
    expect(requests()).toBe(1);
  });

  it('refuses a name that leads to the service itself', async () => {
    const { call, guard, port, requests } = await serving({ 'alias.test': [['127.0.0.1']] });
    expect(await call('alias.test')).toEqual(OK);
    guard.listensOn(port);
    expect(await call('alias.test')).toEqual({
      ...refused,
      message: 'The URL leads to this service itself.',
    });
    expect(requests()).toBe(1);
  });

  it('guards the dispatcher of other modules in the same way', async () => {
    const { guard, port } = await serving({ 'app.test': [['127.0.0.1']], 'inner.test': [['10.0.0.1']] });
    const get = (url: string) => request(url, { dispatcher: guard.agent });
    const answer = await get(`http://app.test:${port}/`);
    expect(await answer.body.text()).toBe('ok');
    for (const url of [
      `http://inner.test:${port}/`,
      'http://10.0.0.1/',
      'http://[::1]/',
      `http://127.0.0.1:6379/`,
      'https://jobs.example.com/',
    ])
      await expect(get(url)).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' });
    const redirect = await get(`http://app.test:${port}/redirect`);
    expect(redirect.statusCode).toBe(302);
    await redirect.body.dump();
  });
});

describe('OutboundGuard: in the application', () => {
  it('takes the network as its resolver where none is provided', async () => {
    const providers = [{ provide: CONFIG, useValue: readConfig({}) }, OutboundGuard, ActionCaller];
    const module = await Test.createTestingModule({ providers }).compile();
    expect(module.get(OutboundGuard).refusalOf('http://localhost:8080/')).toBeNull();
    expect(module.get(ActionCaller)).toBeInstanceOf(ActionCaller);
    await module.close();
  });
});
