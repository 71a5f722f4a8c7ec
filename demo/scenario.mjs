/** Who takes part in the demo and what is registered for them. */
import { randomUUID } from 'node:crypto';
import { Client } from './client.mjs';

const TENANTS = ['acme', 'globex'];

/** The jobs of each tenant; `kind` says what a run of it is expected to show. */
const JOBS = [
  {
    kind: 'recurring',
    name: 'sales-report',
    path: '/jobs/report',
    shows: 'every 2 s',
    schedule: { cron: '* * * * * * */2', data: { region: 'EMEA' } },
  },
  { kind: 'once', name: 'welcome', path: '/jobs/welcome', shows: 'once, now', schedule: { time: 'now' } },
  {
    kind: 'asynchronous',
    name: 'import',
    path: '/jobs/import',
    shows: 'every 4 s',
    schedule: { cron: '* * * * * * */4' },
  },
  {
    kind: 'failing',
    name: 'print',
    path: '/jobs/broken',
    shows: 'every 5 s',
    schedule: { cron: '* * * * * * */5' },
  },
];

/** Subscribes the tenants as a SaaS registry would, with the provider's token; answers each with a client of its own. */
export async function subscribeTenants(binding) {
  const provider = await Client.of(binding);
  const tenants = [];
  for (const name of TENANTS) {
    const id = randomUUID();
    await provider.call('PUT', `/callback/v1.0/tenants/${id}`, {
      subscribedTenantId: id,
      subscribedSubdomain: name,
      subscriptionAppName: 'demo',
      eventType: 'CREATE',
    });
    tenants.push({ id, name, client: await Client.of(binding, id) });
  }
  return tenants;
}

/** Registers the jobs of every tenant with the tenant's own token; returns what is to be watched. */
export async function registerJobs(tenants, appUrl) {
  const watched = [];
  for (const tenant of tenants) {
    for (const job of JOBS) {
      const requestedAt = Date.now();
      const created = await tenant.client.call('POST', '/scheduler/jobs', {
        name: job.name,
        action: `${appUrl}${job.path}`,
        active: true,
        schedules: [{ ...job.schedule, active: true, description: job.shows }],
      });
      const [{ scheduleId }] = created.schedules;
      watched.push({ ...job, tenant, requestedAt, jobId: created.jobId, scheduleId });
    }
  }
  return watched;
}

/** Returns what each tenant is told when it asks for its own first job and for that of another. */
export async function probeIsolation(watched) {
  const firsts = TENANTS.map((name) => watched.find((job) => job.tenant.name === name));
  const [acme, globex] = firsts;
  const probes = [];
  for (const [asker, owner] of [
    [acme, globex],
    [globex, acme],
  ]) {
    const { client, name } = asker.tenant;
    probes.push({
      asker: name,
      owner: owner.tenant.name,
      jobId: owner.jobId,
      ownStatus: await client.statusOf(`/scheduler/jobs/${asker.jobId}`),
      foreignStatus: await client.statusOf(`/scheduler/jobs/${owner.jobId}`),
    });
  }
  return probes;
}

/** Returns what the application says to a caller without a token, and to one whose token was altered. */
export async function probeApplication(appUrl, [tenant]) {
  const [header, claims, signature] = tenant.client.token.split('.');
  const forged = [header, claims, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.');
  const statusOf = async (headers) =>
    (await fetch(`${appUrl}/jobs/report`, { method: 'POST', headers })).status;
  return {
    withoutToken: await statusOf({}),
    withForged: await statusOf({ authorization: `Bearer ${forged}` }),
  };
}
