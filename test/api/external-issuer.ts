import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { bearer, HandClock, printedBinding, startService, subscribe, tokenFor } from '../auth/setup.js';

/** The tenant that is subscribed where an issuer is trusted. */
export const ACME = '11111111-1111-4111-8111-111111111111';

const closing: Server[] = [];
afterEach(() => closing.splice(0).forEach((server) => server.close()));

/** Returns a new key pair of another issuer. */
export async function keyPair(kid: string, alg: 'RS256' | 'ES256' | 'PS256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const shared = { kid, alg, use: 'sig' };
  return {
    kid,
    alg,
    privateKey,
    secret: { ...(await exportJWK(privateKey)), ...shared },
    open: { ...(await exportJWK(publicKey)), ...shared },
  };
}
export type Key = Awaited<ReturnType<typeof keyPair>>;

/** Lets a server listen for the rest of the test and returns its URL. */
export async function listening(server: Server): Promise<string> {
  closing.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts the service so that it trusts an issuer, with a tenant in it. */
export async function trusting(issuer: string, change: object = {}, extra: Record<string, string> = {}) {
  const trusted = {
    issuer,
    audience: 'urn:carillon',
    instances: { 'shop-app': 'carillon-default!b1' },
    grants: ['JOBSCHEDULER'],
    ...change,
  };
  const clock = new HandClock(Date.now());
  const service = await startService({ EXTERNAL_ISSUERS: JSON.stringify([trusted]), ...extra }, { clock });
  const uaa = printedBinding(service);
  const provider = await tokenFor(service, uaa);
  await subscribe(service, provider, ACME, 'acme');
  const probe = (token: string) => service.http.get('/probe/jobs').set(bearer(token));
  return { ...service, service, uaa, provider, clock, probe };
}

export interface IssuerSetup {
  /** Where the issuer says that its keys are; on its own host where this is left out. */
  readonly keysAt?: string;
  readonly env?: Record<string, string>;
  /** What EXTERNAL_ISSUERS says of the issuer besides. */
  readonly change?: object;
}

/** A key server that counts how often it is asked. */
export async function issuerWithKeys({ keysAt, env = {}, change = {} }: IssuerSetup = {}) {
  const first = await keyPair('first', 'RS256');
  const state = { keys: [first.open] as JWK[], asked: 0, status: 200 };
  const issuer: string = await listening(
    createServer((request, response) => {
      const isKeySet = request.url === '/keys';
      if (isKeySet) state.asked += 1;
      const body = isKeySet ? { keys: state.keys } : { issuer, jwks_uri: keysAt ?? `${issuer}/keys` };
      response.writeHead(isKeySet ? state.status : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    }),
  );
  const trusted = await trusting(issuer, change, env);
  const nowS = Math.floor(trusted.clock.now() / 1000);
  const claims = {
    iss: issuer,
    aud: 'urn:carillon',
    azp: 'shop-app',
    zid: ACME,
    sub: 'user-1',
    exp: nowS + 86_400,
  };
  const sign = (key: Key, change: JWTPayload = {}) =>
    new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .sign(key.privateKey);
  return { ...trusted, state, first, sign, nowS };
}
