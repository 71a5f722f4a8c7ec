import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { ActionTarget } from '../support/action-target.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build, ServiceProcess } from '../support/service-process.js';
import { spectatorOf } from '../support/spectator.js';
import { judge } from './oracle/oracle.js';
import { complaintsAbout } from './oracle/record.js';
import type { Fault, Terms } from './oracle/terms.js';
import { Api } from './support/api.js';
import { callOf } from './support/deployment.js';
import { inForm } from './support/form.js';
import { addToReport, expectSound } from './support/report.js';
import { storedRunOf, type RunRecord } from './support/run-table.js';
import { smallDisks, type SmallDisk } from './support/small-disk.js';
import { until } from '../support/look-again.js';
import { lasting } from './support/waiting.js';
import { Workload } from './support/workload.js';

const LEASE_MS = 2_000;
const HALF_PAGE = 'x'.repeat(2_000);

/** A service on SQLite on a small disk, at work. */
async function setup(disk: SmallDisk) {
  build();
  const endpoint = await ActionTarget.start();
  atEndOfFile(() => endpoint.stop());
  const credentials = makeScratchFolder('carillon-credentials-');
  atEndOfFile(() => rmSync(credentials, { recursive: true }));
  const folder = mkdtempSync(join(disk.folder, 'data-'));
  const url = `sqlite:${join(folder, 'carillon.sqlite')}`;
  const env = {
    DATABASE_URL: url,
    CREDENTIALS_DIR: credentials,
    LEASE_MS: String(LEASE_MS),
    // The same for a process that comes after.
    PUBLIC_URL: 'http://carillon.test',
  };
  let service = await ServiceProcess.start(env);
  const api = new Api(() => [service.url], credentials);
  const workload = await Workload.create(api, endpoint.url(), { tenants: 2, schedulesPerTenant: 10 });
  const token = await api.tokenOf(null);
  await endpoint.received(40);
  return {
    endpoint,
    workload,
    url,
    remove: () => rmSync(folder, { recursive: true }),
    running: () => service,
    restart: async () => {
      await service.end('SIGKILL');
      service = await ServiceProcess.start(env);
    },
    ready: () => request(service.url).get('/health/ready'),
    createJob: (name: string) =>
      request(service.url)
        .post('/scheduler/jobs')
        .set('Authorization', `Bearer ${token}`)
        .send({
          name,
          description: HALF_PAGE,
          action: endpoint.url(),
          active: true,
          schedules: [{ cron: '2090 * * * * * *', active: false }],
        }),
    listJobs: () => request(service.url).get('/scheduler/jobs').set('Authorization', `Bearer ${token}`),
  };
}

/** Opens the file as whoever looks after the service would, and returns what is in it. */
async function contentOf(url: string) {
  const ask = await spectatorOf(url);
  return {
    integrity: await ask('PRAGMA integrity_check'),
    runs: (
      await ask<RunRecord>(
        `SELECT lower(hex(id)) AS id, lower(hex(schedule_id)) AS schedule_id, state, planned_at, claimed_by, executed_at,
           completed_at FROM run`,
      )
    ).map(storedRunOf),
    jobs: await ask<{ name: string }>("SELECT name FROM job WHERE name <> 'work'"),
  };
}

const ENDS = inForm({
  short: [{ what: 'and has room again', isKilled: false }],
  long: [
    { what: 'and has room again', isKilled: false },
    { what: 'while the process is killed', isKilled: true },
  ],
});

describe.each(smallDisks())('SQLite on $name that becomes full', (disk) => {
  it.each(ENDS)(
    '$what: callers and the log are told why, and nothing is lost',
    async ({ what, isKilled }) => {
      const stage = await setup(disk);
      const { endpoint, workload, ready, createJob, running } = stage;
      const stored: string[] = [];
      const refused: string[] = [];
      const create = async () => {
        const name = `job-${stored.length + refused.length}`;
        const { status, body } = await createJob(name);
        (status === 201 ? stored : refused).push(name);
        if (status !== 201)
          expect({ status, body }).toMatchObject({ status: 503, body: { type: 'Service Unavailable' } });
        return String(body.message ?? '');
      };

      const fromMs = Date.now();
      disk.fill(running().pid);
      // What is left of the last page or of the log takes some more.
      await until('a job is refused', 10_000, async () => (await create()).includes(disk.complaint));
      const report = await ready().expect(503);
      expect(report.body.error.database).toEqual({ status: 'down', message: disk.complaint });
      await stage.listJobs().expect(200);
      const endsAt = Date.now() + inForm({ short: 2_000, long: 45_000 });
      while (Date.now() < endsAt) {
        await create();
        await lasting(100);
      }
      // One line says it, and not one for each of the many attempts of those seconds.
      expect(running().said.filter((line) => line.includes(disk.complaint))).toHaveLength(1);
      expect(running().said.some((line) => line.includes(' listens on '))).toBe(true);
      if (isKilled) await running().end('SIGKILL');
      disk.makeRoom(running().pid);
      if (isKilled) await stage.restart();
      const faults: Fault[] = [{ fromMs, untilMs: Date.now() }];

      await until('it is ready again', 2 * LEASE_MS, async () => (await ready()).status === 200);
      await create();
      await lasting(2 * LEASE_MS);
      await workload.end();
      await until('what is called is recorded', LEASE_MS, () =>
        contentOf(stage.url).then(({ runs }) => runs.every((run) => run.isFinal)),
      );
      expect(await running().end('SIGTERM')).toEqual({ code: 0, signal: null });

      const { integrity, runs, jobs } = await contentOf(stage.url);
      stage.remove();
      expect(integrity).toEqual([{ integrity_check: 'ok' }]);
      expect(jobs.map(({ name }) => name).sort()).toEqual([...stored].sort());
      const terms: Terms = { latenessMs: 1_000, earlyMs: 100, leaseMs: LEASE_MS, faults };
      const calls = endpoint.calls.map(callOf);
      const complaints = complaintsAbout(workload.asked, calls, runs, { terms, freezes: [] });
      const fault = `disk of SQLite full (${disk.name}), ${what}`;
      const verdict = judge(workload.asked, calls, runs, terms);
      expectSound(addToReport({ fault, replicas: 1, leaseMs: LEASE_MS, ...verdict, complaints }));
    },
  );
});
