import { Database } from '../../src/database/database.js';
import { BindingService } from '../../src/auth/binding/binding.service.js';
import { TenantService } from '../../src/tenant/tenant.service.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { TENANTS } from '../support/app.js';
import { startOperations, type OperationsApp, type TestJob } from '../api/operation-setup.js';

/**
 * The nodes of a Galera cluster check at the commit what was written, and nothing that was only locked. So whoever
 * relies on a held row must write it: two changes of one job then meet in its row, whatever else they write.
 */
async function setup(kind: DatabaseKind) {
  const service = await startOperations(kind);
  const database = service.app.get(Database, { strict: false });
  const revisionOf = async (table: 'job' | 'schedule', jobId: number) => {
    const key = table === 'job' ? 'id' : 'job_id';
    const [row] = await database.read((tx) =>
      tx.query<{ revision: number }>(`SELECT revision FROM ${table} WHERE ${key} = ?`, [jobId]),
    );
    return Number(row?.revision);
  };
  const tenancyRevision = async () => {
    const [row] = await database.read((tx) =>
      tx.query<{ revision: number }>('SELECT SUM(revision) AS revision FROM tenancy'),
    );
    return Number(row?.revision);
  };
  return { ...service, database, revisionOf, tenancyRevision };
}

type Change = (service: OperationsApp, job: TestJob) => Promise<unknown>;

const pathOf = ({ jobId }: TestJob) => `/scheduler/jobs/${jobId}`;
const scheduleOf = (job: TestJob) => `${pathOf(job)}/schedules/${job.scheduleId}`;
const bulk = (verb: string, target: string): Change => {
  return async ({ acme, worker }, { jobId }) => {
    const { body } = await acme.get(`/scheduler/jobs/${jobId}`);
    const filter = `contains(name, '${body.name}')`;
    await acme.post(`/scheduler/jobs/operations/${verb}`, { filter, target }).expect(202);
    await worker.tick();
  };
};

const CHANGES: Readonly<Record<string, Change>> = {
  'the job is switched off': ({ acme }, job) => acme.put(pathOf(job), { active: false }).expect(200),
  'the job is changed to what it is': ({ acme }, job) => acme.put(pathOf(job), { active: true }).expect(200),
  'the job is replaced by name': async ({ acme, target }, job) => {
    const { body } = await acme.get(pathOf(job));
    await acme.put(`/scheduler/jobs/${body.name}`, { name: body.name, action: target.url() }).expect(200);
  },
  'a schedule is added': ({ acme }, job) =>
    acme.post(`${pathOf(job)}/schedules`, { repeatInterval: '1 hour', active: true }).expect(201),
  'a schedule is switched off': ({ acme }, job) => acme.put(scheduleOf(job), { active: false }).expect(200),
  'a schedule is changed to what it is': ({ acme }, job) =>
    acme.put(scheduleOf(job), { active: true }).expect(200),
  'a schedule is deleted': ({ acme }, job) => acme.delete(scheduleOf(job)).expect(200),
  'all schedules are deleted': ({ acme }, job) => acme.delete(`${pathOf(job)}/schedules`).expect(200),
  'all schedules are switched off': ({ acme }, job) =>
    acme.post(`${pathOf(job)}/schedules/activationStatus`, { activationStatus: false }).expect(200),
  'a bulk operation switches the job off': bulk('deactivate', 'jobs'),
  'a bulk operation switches its schedules off': bulk('deactivate', 'schedules'),
  'a bulk operation deletes its schedules': bulk('delete', 'schedules'),
};

describe.each(databaseKinds)('a row that is held on $name', (kind) => {
  let service: Awaited<ReturnType<typeof setup>>;
  beforeAll(async () => (service = await setup(kind)));

  it.each(Object.keys(CHANGES))('of a job is written when %s', async (name) => {
    const job = await service.createJob(service.acme);
    const before = await service.revisionOf('job', job.jobId);
    await CHANGES[name]?.(service, job);
    expect(await service.revisionOf('job', job.jobId)).toBe(before + 1);
  });

  it.each([
    ['written when it is changed', { active: true }, 1],
    ['left as it is when another schedule is added', null, 0],
  ])('of a schedule is %s', async (_says, change, more) => {
    const { acme, createJob, revisionOf } = service;
    const job = await createJob(acme);
    if (change === null) {
      await acme.post(`${pathOf(job)}/schedules`, { repeatInterval: '1 hour', active: true }).expect(201);
    } else await acme.put(scheduleOf(job), change).expect(200);
    const rows = await service.database.read((tx) =>
      tx.query<{ revision: number }>('SELECT revision FROM schedule WHERE job_id = ?', [job.jobId]),
    );
    expect(rows.reduce((sum, row) => sum + Number(row.revision), 0)).toBe(more);
    expect(await revisionOf('job', job.jobId)).toBe(1);
  });

  it('is not written by who may not see it', async () => {
    const { acme, beta, createJob, revisionOf } = service;
    const job = await createJob(acme);
    await beta.put(pathOf(job), { active: false }).expect(404);
    await beta.put(scheduleOf(job), { active: false }).expect(404);
    expect([await revisionOf('job', job.jobId), await revisionOf('schedule', job.jobId)]).toEqual([0, 0]);
  });

  it('of a tenancy with a limit is written by the creation of a job', async () => {
    const { provider, acme, createJob, tenancyRevision } = service;
    await provider.put(`/admin/v1/tenants/${TENANTS.acme}/limits`, { maxJobs: 1_000 });
    const before = await tenancyRevision();
    await createJob(acme);
    expect(await tenancyRevision()).toBe(before + 1);
  });

  it('is asked for before a binding or a subscription is added to an instance that may be gone meanwhile', async () => {
    const { app, database } = service;
    const gone = { instanceId: 999, actor: 'test' };
    const adding = app.get(BindingService, { strict: false }).add(gone, 'late', 'certificate');
    await expect(adding).rejects.toThrow('The service instance was deleted');
    const draft = {
      ...gone,
      tenantId: TENANTS.beta,
      subdomain: 'beta',
      appName: 'app',
      guid: null,
      plan: null,
    };
    const tenants = app.get(TenantService, { strict: false });
    const subscribing = database.transaction((tx) => tenants.subscribe(tx, draft));
    await expect(subscribing).rejects.toThrow('The service instance was deleted');
  });

  it('of a tenancy without a limit is left as it is: creations do not wait for each other', async () => {
    const { beta, createJob, tenancyRevision } = service;
    const before = await tenancyRevision();
    await createJob(beta);
    expect(await tenancyRevision()).toBe(before);
  });
});
