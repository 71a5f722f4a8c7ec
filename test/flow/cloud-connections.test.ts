import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../../src/http/tls/self-signed.js';
import { CloudConnections } from '../../src/runner/cloudfoundry/cloud-connections.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { guarding, inProduction } from '../support/guarding.js';

const DAY_MS = 86_400_000;

/** A server with a certificate of its own making, and connections to it. */
async function setup(env: Record<string, string> = {}) {
  const times = { from: Date.now() - DAY_MS, until: Date.now() + DAY_MS };
  const made = () => selfSigned({ name: 'cf', use: 'server', hosts: ['127.0.0.1'], ...times });
  const { certificate, privateKey } = made();
  const server = createServer({ cert: certificate, key: privateKey }, (_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEndOfFile(() => void server.close().closeAllConnections());
  const { guard, config } = guarding(env);
  const connections = new CloudConnections(guard, config);
  atEndOfFile(() => connections.onApplicationShutdown());
  const { port } = server.address() as AddressInfo; // of a TCP server
  const ask = (caCertificate: string | null) =>
    connections.send(
      { url: `https://127.0.0.1:${port}/`, method: 'GET', headers: {}, body: null },
      caCertificate,
    );
  return { ask, certificate, other: made().certificate };
}

const DISTRUSTED = { name: 'PlatformUnreachable', about: { wasSent: false, isDistrusted: true } };

describe('The certificates of a runner', () => {
  it('are trusted by that runner, and by no other', async () => {
    const { ask, certificate, other } = await setup();
    await expect(ask(null)).rejects.toMatchObject(DISTRUSTED);
    await expect(ask(other)).rejects.toMatchObject(DISTRUSTED);
    expect(await ask(certificate)).toMatchObject({ status: 200, text: '{}' });
    // Neither its connection nor its TLS session is taken over.
    await expect(ask(null)).rejects.toMatchObject(DISTRUSTED);
    await expect(ask(other)).rejects.toMatchObject(DISTRUSTED);
  });

  it('lead past the guard nowhere', async () => {
    const { ask, certificate } = await setup({ OUTBOUND_ALLOW: '192.0.2.1' });
    await expect(ask(certificate)).rejects.toMatchObject({ ...DISTRUSTED, code: 'OUTBOUND_REFUSED' });
  });

  it('are checked on each connection: a name may lead elsewhere by then', async () => {
    const { certificate } = await setup();
    const { guard, config } = inProduction({}, { 'cf.test': [['10.0.0.1']] });
    const connections = new CloudConnections(guard, config);
    atEndOfFile(() => connections.onApplicationShutdown());
    const request = { url: 'https://cf.test/', method: 'GET', headers: {}, body: null } as const;
    const refused = { ...DISTRUSTED, code: 'OUTBOUND_REFUSED' };
    await expect(connections.send(request, certificate)).rejects.toMatchObject(refused);
  });

  it('go with plain http nowhere in production', async () => {
    const { guard, config } = inProduction({}, { 'cf.test': [['192.0.2.7']] });
    const connections = new CloudConnections(guard, config);
    const request = { url: 'http://cf.test/', method: 'GET', headers: {}, body: null } as const;
    await expect(connections.send(request, null)).rejects.toMatchObject({
      message: expect.stringContaining('Only https is called'),
      about: { isDistrusted: true },
    });
  });
});

describe('The stop of the service', () => {
  it('breaks off what a silent server holds up, which may have been sent', async () => {
    const server = createPlainServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEndOfFile(() => void server.close().closeAllConnections());
    const { guard, config } = guarding({});
    const connections = new CloudConnections(guard, config);
    const { port } = server.address() as AddressInfo; // of a TCP server
    const url = `http://127.0.0.1:${port}/`;
    const asked = once(server, 'request');
    const answer = connections.send({ url, method: 'GET', headers: {}, body: null }, null);
    const outcome = expect(answer).rejects.toMatchObject({ code: 'ECANCELED', about: { wasSent: true } });
    await asked;
    await connections.onApplicationShutdown();
    await outcome;
  });
});
