import * as client from 'openid-client';
import { bearer, printedBinding, startService, subscribe, tokenFor } from '../auth/setup.js';

const ACME = '11111111-1111-4111-8111-111111111111';

const PUBLIC_URL = 'http://jobs.example.test';

/** Returns a client that reaches the service's public URL on whatever port it listens. */
async function setup(authentication: (secret: string) => client.ClientAuth) {
  const service = await startService({ PUBLIC_URL });
  const uaa = printedBinding(service);
  await subscribe(service, await tokenFor(service, uaa), ACME, 'acme');
  const toService: client.CustomFetch = (url, options) =>
    fetch(url.replace(PUBLIC_URL, service.baseUrl), options as RequestInit);
  const config = await client.discovery(
    new URL(PUBLIC_URL),
    uaa.clientid,
    undefined,
    authentication(uaa.clientsecret),
    { execute: [client.allowInsecureRequests], [client.customFetch]: toService },
  );
  return { service, uaa, config };
}

describe('A standard OAuth client (openid-client)', () => {
  it.each([
    ['ClientSecretBasic', client.ClientSecretBasic],
    ['ClientSecretPost', client.ClientSecretPost],
  ])('discovers the service and obtains tokens by %s', async (_name, authentication) => {
    const { service, uaa, config } = await setup(authentication);
    const own = await client.clientCredentialsGrant(config);
    const tenant = await client.clientCredentialsGrant(config, { app_tid: ACME });
    const zones = await Promise.all(
      [own, tenant].map(async (tokens) => {
        const answer = await service.http.get('/probe/jobs').set(bearer(tokens.access_token));
        return answer.body.tenantId;
      }),
    );
    expect(zones).toEqual([uaa.identityzoneid, ACME]);
    await expect(client.clientCredentialsGrant(config, { scope: 'none' })).rejects.toMatchObject({
      error: 'invalid_scope',
    });
  });
});
