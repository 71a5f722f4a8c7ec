import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { AdminModule } from '../../src/admin/admin.module.js';
import { selfSigned, thumbprintOf } from '../../src/http/tls/self-signed.js';
import { bearer, printedBinding, startService, tokenFor } from '../auth/setup.js';

interface X509Binding {
  readonly clientid: string;
  readonly certificate: string;
  readonly key: string;
}

const YEAR_MS = 365 * 86_400_000;

async function setup(env: Record<string, string> = {}, isTls = false) {
  const from = Date.parse('2026-01-01T00:00:00Z');
  const own = selfSigned({
    name: 'localhost',
    use: 'server',
    hosts: ['localhost', '127.0.0.1'],
    from,
    until: from + 30 * YEAR_MS,
  });
  const tls = { cert: own.certificate, key: own.privateKey, requestCert: true, rejectUnauthorized: false };
  const service = await startService(env, { modules: [AdminModule], ...(isTls ? { tls } : {}) });
  const uaa = printedBinding(service);
  const http = service.http;
  const provider = await tokenFor(service, uaa);
  const admin = (path: string, body: object) =>
    http.post(`/admin/v1${path}`).set(bearer(provider)).send(body);
  const created = await admin('/bindings', { name: 'mtls', credentialType: 'x509' }).expect(201);
  const bound = created.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa as X509Binding &
    Record<string, unknown>;
  const grant = (headers: Record<string, string>, clientId = bound.clientid) =>
    http
      .post('/oauth/token')
      .set(headers)
      .type('form')
      .send({ grant_type: 'client_credentials', client_id: clientId });
  return { ...service, own, uaa, bound, grant, admin, bindingId: String(created.body.bindingId) };
}

/** Requests a token over TLS and shows a certificate. */
async function overTls(
  baseUrl: string,
  clientId: string,
  shown: { cert: string; key: string } | object,
  ca: string,
): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId }).toString();
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const request = httpsRequest(
      `${baseUrl}/oauth/token`,
      { method: 'POST', headers, ca, agent: false, ...shown },
      resolve,
    );
    request.on('error', reject).end(body);
  });
  await text(answer);
  return answer.statusCode ?? 0;
}

describe('A binding with a certificate', () => {
  it('is handed out as applications expect it, without a client secret', async () => {
    const { bound } = await setup();
    expect(bound).toMatchObject({
      'credential-type': 'x509',
      certurl: 'http://localhost:3000',
      certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
      key: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
    });
    expect(bound).not.toHaveProperty('clientsecret');
  });

  it('obtains tokens over TLS by showing its certificate, and by no other', async () => {
    const { baseUrl, bound, own, uaa } = await setup({}, true);
    const stranger = selfSigned({ name: bound.clientid, use: 'client', from: 0, until: 40 * YEAR_MS * 2 });
    const show = (clientId: string, shown: object) => overTls(baseUrl, clientId, shown, own.certificate);
    const certificate = { cert: bound.certificate, key: bound.key };
    expect(await show(bound.clientid, certificate)).toBe(200);
    expect(await show(uaa.clientid, certificate)).toBe(401);
    expect(await show(bound.clientid, {})).toBe(401);
    expect(await show(bound.clientid, { cert: stranger.certificate, key: stranger.privateKey })).toBe(401);
  });

  const bare = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '');
  const forms: readonly (readonly [string, (pem: string) => string])[] = [
    ['percent-encoded PEM', (pem) => encodeURIComponent(pem)],
    ['base64 of DER', bare],
    ['Envoy’s Cert', (pem) => `By=spiffe://x;Cert="${encodeURIComponent(pem)}";Subject="CN=a,O=b"`],
    ['Envoy’s Hash behind another proxy', (pem) => `Hash=${'0'.repeat(64)},Hash=${thumbprintOf(pem)}`],
  ];

  it.each(forms)('is believed in the header of a trusted proxy (%s)', async (_name, form) => {
    const { grant, bound } = await setup({ TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' });
    await grant({ 'X-Forwarded-Client-Cert': form(bound.certificate) }).expect(200);
    await grant({ 'X-Forwarded-Client-Cert': 'garbage' }).expect(401);
    await grant({}).expect(401);
  });

  it('is not believed in the header of anyone else', async () => {
    const { grant, bound } = await setup({ TRUSTED_PROXIES: '10.0.0.0/8' });
    await grant({ 'X-Forwarded-Client-Cert': encodeURIComponent(bound.certificate) }).expect(401);
  });

  it.each([
    ['loopback', 200],
    ['10.0.0.1, loopback, uniquelocal', 200],
    ['linklocal, uniquelocal', 401],
  ])('knows proxies by the names that TRUSTED_PROXIES permits: %s', async (proxies, status) => {
    const { grant, bound } = await setup({ TRUSTED_PROXIES: proxies });
    await grant({ 'X-Forwarded-Client-Cert': encodeURIComponent(bound.certificate) }).expect(status);
  });

  it('is renewed by rotation, the one before living on for a while', async () => {
    const { grant, bound, admin, bindingId, clock } = await setup({ TRUSTED_PROXIES: '127.0.0.1' });
    const rotated = await admin(`/bindings/${bindingId}/rotate`, { overlapSeconds: 60 }).expect(200);
    const fresh = rotated.body.VCAP_SERVICES.jobscheduler[0].credentials.uaa as X509Binding;
    const show = async (certificate: string) =>
      (await grant({ 'X-Forwarded-Client-Cert': encodeURIComponent(certificate) })).status;
    expect([await show(bound.certificate), await show(fresh.certificate)]).toEqual([200, 200]);
    clock.advance(60_000);
    expect([await show(bound.certificate), await show(fresh.certificate)]).toEqual([401, 200]);
    clock.advance(YEAR_MS);
    expect(await show(fresh.certificate)).toBe(401);
  });
});
