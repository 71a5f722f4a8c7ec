import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpCaller } from '../../src/action/http/http-caller.js';
import { NOT_PUBLIC_HOST } from '../../src/outbound/outbound-guard.js';
import { inProduction } from '../support/guarding.js';

describe('OutboundGuard: connections', () => {
  const open: { server: Server; caller: HttpCaller }[] = [];

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
    const { guard, config, resolver } = inProduction(
      { OUTBOUND_ALLOW: '127.0.0.0/8 http://*', ...env },
      answers,
    );
    const caller = new HttpCaller(config, guard);
    open.push({ server, caller });
    const call = (host: string, path = '/', at = port) =>
      caller.call({
        tenancyId: 1,
        url: `http://${host}:${at}${path}`,
        method: 'GET',
        data: null,
        headers: {},
      });
    return { call, guard, resolver, port, requests: () => requests };
  }

  afterEach(async () => {
    for (const { server, caller } of open.splice(0)) {
      await caller.close();
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
    expect(guard.examine(`http://late.test:${port}/`).refusal).toBeNull();
    expect(await call('late.test')).toEqual(refused);
  });

  it('refuses literal addresses, which no look-up sees', async () => {
    const { call } = await serving({});
    expect(await call('[::1]')).toEqual(refused);
    expect(await call('10.0.0.1')).toEqual(refused);
    expect(await call('0x7f.1')).toEqual(OK);
  });

  it('says the same of a name that does not exist and of one that is not public', async () => {
    const { call } = await serving({ 'inside.test': [['10.0.0.1']], 'empty.test': [[]] });
    const unknown = await call('unknown.test');
    expect(unknown).toEqual({ kind: 'unreachable', code: 'OUTBOUND_REFUSED', message: NOT_PUBLIC_HOST });
    expect(await call('inside.test')).toEqual(unknown);
    expect(await call('empty.test')).toEqual(unknown);
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
    const names = { 'alias.test': [['127.0.0.1']] };
    const { call, port, requests } = await serving(names);
    expect(await call('alias.test')).toEqual(OK);
    const own = await serving(names, { PORT: String(port) });
    expect(await own.call('alias.test', '/', port)).toEqual({
      ...refused,
      message: 'The URL leads to this service itself.',
    });
    expect(requests()).toBe(1);
  });
});
