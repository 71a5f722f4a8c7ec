/**
 * A small multitenant application, as a provider would write one around Carillon. It knows nothing but its
 * binding (VCAP_SERVICES), lets in only who brings a token of the service, learns from that token for which
 * tenant it is called, and reports back on what takes longer. Copy it and put your own work in.
 */
import { Buffer } from 'node:buffer';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';

// The binding says where the service is, where its tokens come from and what the application's own client is.
const { url, uaa } = JSON.parse(process.env.VCAP_SERVICES).jobscheduler[0].credentials;

// The public keys are found through the discovery document. jose keeps them, and fetches them anew when a token
// names a key that it does not know yet: a key rotation needs nothing here.
const discovery = await fetch(`${uaa.url}/.well-known/openid-configuration`).then((answer) => answer.json());
const keys = createRemoteJWKSet(new URL(discovery.jwks_uri));

/**
 * Returns the tenant for which a request is made, null where it proves nothing: the signature, the issuer, the
 * audience (a token for another application is not one for this), the expiry and the scope must all be right.
 */
async function tenantOf(request) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || !token) return null;
  const expected = { issuer: discovery.issuer, audience: uaa.xsappname, algorithms: ['RS256'] };
  const claims = await jwtVerify(token, keys, expected).then(
    (verified) => verified.payload,
    () => null,
  );
  if (!claims?.scope?.includes(`${uaa.xsappname}.JOBSCHEDULER`)) return null;
  return { id: claims.zid, name: claims.ext_attr.zdn };
}

/** The application's work, by path. An answer of 202 means: accepted, the outcome is reported later. */
const WORK = {
  '/jobs/report': (tenant, data) => [200, `${data.region} report for ${tenant.name}`],
  '/jobs/welcome': (tenant) => [200, `Welcome, ${tenant.name}`],
  '/jobs/import': (tenant, data, run) => {
    importRows(tenant, run).catch((error) => log({ event: 'report failed', reason: String(error) }));
    return [202, 'The import has begun'];
  },
  '/jobs/broken': () => [500, 'Out of paper'],
};

/** Work that takes longer than a call may: the service waits for its report, for half an hour by default. */
async function importRows(tenant, run) {
  await delay(1_200);
  // A token of the tenant's own zone, by the application's own client: it opens that tenant's runs and no others.
  const client = Buffer.from(`${uaa.clientid}:${uaa.clientsecret}`).toString('base64');
  const { access_token: token } = await fetch(`${uaa.url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${client}`,
      'content-type': 'application/x-www-form-urlencoded',
      'x-zid': tenant.id,
    },
    body: 'grant_type=client_credentials',
  }).then((answer) => answer.json());
  const place = `/scheduler/jobs/${run.jobId}/schedules/${run.scheduleId}/runs/${run.runId}`;
  // To the URL of the binding, not to a host that the request named: the token goes to the service alone.
  const answer = await fetch(`${url}${place}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ success: true, message: `1200 rows for ${tenant.name}` }),
  });
  if (!answer.ok) throw new Error(`the report on run ${run.runId} was answered ${answer.status}`);
}

/** One line of JSON for each fact, and never a token. */
const log = (fact) => process.stdout.write(`${JSON.stringify({ at: Date.now(), ...fact })}\n`);

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || '{}');
}

async function answer(request) {
  const arrivedAt = Date.now();
  const tenant = await tenantOf(request);
  if (!tenant) return [401, 'A valid token of the job scheduling service is needed'];
  // The run id stays the same where a run is called again after a crash: remember it to do the work only once.
  const run = {
    jobId: request.headers['x-sap-job-id'],
    scheduleId: request.headers['x-sap-job-schedule-id'],
    runId: request.headers['x-sap-job-run-id'],
  };
  log({ event: 'called', arrivedAt, tenant: tenant.name, path: request.url, ...run });
  const work = WORK[request.url];
  return work ? work(tenant, await bodyOf(request), run) : [404, `There is nothing at ${request.url}`];
}

const server = createServer(async (request, response) => {
  const [status, text] = await answer(request).catch((error) => [400, String(error)]);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () =>
  log({ event: 'listening', port: server.address().port }),
);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => server.close(() => process.exit(0)));
}
