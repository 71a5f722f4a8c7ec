import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { JsonClient, type JsonRequest } from '../../src/outbound/json-client.js';
import { freePort } from '../support/free-port.js';
import { inProduction } from '../support/guarding.js';

const MIB = 1_048_576;
/** For tests that wait until the time is over; the others have a limit that nobody reaches. */
const SHORT_MS = 200;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const open: { server: Server; client: JsonClient }[] = [];

afterEach(async () => {
  for (const { server, client } of open.splice(0)) {
    await client.onApplicationShutdown();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A web server on a loopback address, and the client of a production service whose names resolve by a table. */
async function setup(handle: Handler = (_, response) => response.end('{"a":1}'), names = {}, allow = '') {
  const received: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      handle(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a TCP server
  const { guard, resolver } = inProduction({ OUTBOUND_ALLOW: allow }, names);
  const client = new JsonClient(guard);
  open.push({ server, client });
  const url = `http://127.0.0.1:${port}`;
  const request = (change: Partial<JsonRequest> = {}): JsonRequest => ({
    url,
    operatorUrl: url,
    timeoutMs: 10_000,
    ...change,
  });
  return { client, url, port, received, resolver, request };
}

describe('JsonClient: where it goes', () => {
  it('goes to what the operator configured, on a private network and without TLS too', async () => {
    const { client, url, request } = await setup();
    const whole = { url: `${url}/keys?x=1`, operatorUrl: `${url}/realms/a` };
    expect(await client.fetchJson(request(whole))).toEqual({ a: 1 });
  });

  it('asks its own resolver for the names of the operator', async () => {
    const { client, port, request, resolver } = await setup(undefined, { 'keys.test': [['127.0.0.1']] });
    const url = `http://keys.test:${port}`;
    expect(await client.fetchJson(request({ url, operatorUrl: url }))).toEqual({ a: 1 });
    expect(resolver.asked).toEqual(['keys.test']);
  });

  it.each([
    ['another port', (port: number) => `http://127.0.0.1:${port + 1}/`],
    ['another name', (port: number) => `http://localhost:${port}/`],
    ['another scheme', (port: number) => `https://127.0.0.1:${port}/`],
    ['a user name', (port: number) => `http://user@localhost:${port}/`],
    ['a link-local address', () => 'https://169.254.1.1/'],
    ['a metadata service', () => 'https://169.254.169.254/'],
    ['the port of a database', () => 'https://example.com:5432/'],
    ['this service', () => 'https://jobs.example.com/'],
    ['a name with a private address', () => 'https://inner.test/'],
  ])('refuses %s, which the operator did not configure', async (_, leadsTo) => {
    const { client, port, request, received } = await setup(undefined, { 'inner.test': [['10.0.0.1']] });
    const refused = { code: 'OUTBOUND_REFUSED' };
    await expect(client.fetchJson(request({ url: leadsTo(port) }))).rejects.toMatchObject(refused);
    await expect(client.fetchStatus(request({ url: leadsTo(port) }))).rejects.toMatchObject(refused);
    expect(received).toEqual([]);
  });

  it('refuses everything that is not public where the operator configured nothing', async () => {
    const { client, request } = await setup();
    await expect(client.fetchJson(request({ operatorUrl: null }))).rejects.toMatchObject({
      code: 'OUTBOUND_REFUSED',
    });
  });

  it('goes elsewhere where a tenant’s action may go too', async () => {
    const { client, request } = await setup(undefined, {}, 'http://127.0.0.1');
    expect(await client.fetchJson(request({ operatorUrl: null }))).toEqual({ a: 1 });
  });

  it('finds no open connection of a trusted call when a guarded one goes to the same place', async () => {
    const names = { 'inner.test': [['127.0.0.1']] };
    const { client, port, request, received } = await setup(undefined, names, 'http://*');
    const url = `http://inner.test:${port}/`;
    expect(await client.fetchJson(request({ url, operatorUrl: url }))).toEqual({ a: 1 });
    await expect(client.fetchJson(request({ url, operatorUrl: null }))).rejects.toMatchObject({
      code: 'OUTBOUND_REFUSED',
    });
    expect(received).toHaveLength(1);
  });

  it('follows no redirect, wherever it leads', async () => {
    const { client, request, received } = await setup((_, response) =>
      response.writeHead(302, { location: '/elsewhere' }).end(),
    );
    await expect(client.fetchJson(request())).rejects.toThrow('redirect');
    await expect(client.fetchStatus(request())).rejects.toThrow('redirect');
    expect(received).toHaveLength(2);
  });

  it('says why there is no connection', async () => {
    const { client, request } = await setup();
    const url = `http://127.0.0.1:${await freePort()}/`;
    await expect(client.fetchStatus(request({ url, operatorUrl: url }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    const unknown = 'http://unknown.test/';
    await expect(client.fetchStatus(request({ url: unknown, operatorUrl: unknown }))).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });
});

describe('JsonClient: what it sends and takes', () => {
  it('sends JSON and forms as they are given', async () => {
    const { client, request, received } = await setup();
    const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer t' };
    await client.fetchStatus(request({ method: 'PUT', headers, body: '{"b":2}' }));
    await client.fetchJson(request({ method: 'POST', body: new URLSearchParams({ c: 'd e' }) }));
    expect(received).toMatchObject([
      { line: 'PUT /', headers: { 'content-type': 'application/json', authorization: 'Bearer t' } },
      { line: 'POST /', headers: { accept: 'application/json' } },
    ]);
    expect(received.map(({ body }) => body)).toEqual(['{"b":2}', 'c=d+e']);
    expect(received[1]?.headers['content-type']).toContain('application/x-www-form-urlencoded');
  });

  it('takes a document of up to 1 MiB, packed or not, and no longer one', async () => {
    const document = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    const { client, url, request } = await setup((incoming, response) => {
      const body = document(Number(/\d+/.exec(incoming.url ?? '')?.[0]));
      if (!incoming.url?.endsWith('packed')) return response.end(body);
      return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    });
    for (const form of ['plain', 'packed']) {
      const read = (bytes: number) => client.fetchJson(request({ url: `${url}/${bytes}/${form}` }));
      expect(await read(MIB)).toHaveLength(MIB - 2);
      await expect(read(MIB + 1)).rejects.toThrow('more than');
    }
  });

  it('takes no document with an error status, and none that is not JSON, whose text it does not repeat', async () => {
    const { client, url, request } = await setup((incoming, response) =>
      response.writeHead(incoming.url === '/down' ? 503 : 200).end('a secret'),
    );
    await expect(client.fetchJson(request({ url: `${url}/down` }))).rejects.toThrow('answered 503');
    const failed: unknown = await client.fetchJson(request()).catch((error: unknown) => error);
    expect(String(failed)).toContain('not JSON');
    expect(String(failed)).not.toContain('secret');
    expect(await client.fetchStatus(request({ url: `${url}/down` }))).toBe(503);
  });

  it.each([
    ['headers', () => undefined],
    ['the body', (_: unknown, response: ServerResponse) => void response.write('{')],
  ])('waits for %s no longer than the time limit', async (_, handle) => {
    const { client, request } = await setup(handle);
    await expect(client.fetchJson(request({ timeoutMs: SHORT_MS }))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('waits for no body where only the status counts', async () => {
    const { client, request } = await setup((_, response) => void response.write('{'));
    expect(await client.fetchStatus(request())).toBe(200);
  });
});
