import { createConnection, type Connection } from 'mysql2/promise';
import request from 'supertest';
import { atEndOfFile } from '../support/end-of-file.js';
import { Deployment, startServer } from './support/deployment.js';
import { inForm } from './support/form.js';
import { expectSound } from './support/report.js';
import { until } from '../support/look-again.js';
import { lasting } from './support/waiting.js';

const server = await startServer();
const leaseMs = inForm({ short: 3_000, long: 20_000 });

async function setup() {
  const deployment = await Deployment.start(server, { replicas: 2, leaseMs });
  const connect = async () => {
    const connection = await createConnection({ uri: deployment.place.databaseUrl });
    atEndOfFile(() => connection.end().catch(() => undefined));
    return connection;
  };
  return { deployment, connect, admin: await connect() };
}

/** Ends every connection that the replicas have, whatever they are doing, and returns how many there were. */
async function killAll(admin: Connection, spared: readonly number[] = []): Promise<number> {
  const [rows] = await admin.query(
    'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
  );
  const ids = (rows as { id: number }[]).map((row) => row.id).filter((id) => !spared.includes(id));
  // One that has ended by itself meanwhile is not there to be killed.
  for (const id of ids) await admin.query(`KILL CONNECTION ${id}`).catch(() => undefined);
  return ids.length;
}

const LOCKED_JOBS = 40;
/** Of 18 places for requests one tenant has half. */
const PLACES_OF_A_TENANT = 9;

describe('Connections to the database', () => {
  it('that are killed several times a second are made anew: no run is missed', async () => {
    const { deployment, admin } = await setup();
    let killed = 0;
    await deployment.during(async () => {
      const endsAt = Date.now() + inForm({ short: 3_000, long: 60_000 });
      while (Date.now() < endsAt) {
        killed += await killAll(admin);
        await lasting(200);
      }
    });
    expect(killed).toBeGreaterThan(20);
    await deployment.recover();
    expectSound(await deployment.judged('KILL CONNECTION five times a second'));
  });

  it('that requests take and wait with leave enough for dispatch, which goes on as if nothing was', async () => {
    const { deployment, admin } = await setup();
    const { api, endpoint, replicas } = deployment;
    const token = await api.tokenOf(null);
    const timing = { time: 'in 10 years', active: false };
    const jobIds: number[] = [];
    for (let n = 0; n < LOCKED_JOBS; n++) {
      const job = { name: `locked ${n}`, action: endpoint.url(), active: true, schedules: [timing] };
      const made = await api.send('post', '/scheduler/jobs', { token, body: job });
      jobIds.push(Number(made.body.jobId ?? made.body._id));
    }
    await admin.beginTransaction();
    await admin.query('SELECT id FROM job WHERE id IN (?) FOR UPDATE', [jobIds]);
    // Changes of one job come one after the other; those of different jobs take as many places as one tenant may have.
    const requests = replicas.flatMap(({ url }) =>
      jobIds.map((id) =>
        request(url)
          .put(`/scheduler/jobs/${id}`)
          .set('Authorization', `Bearer ${token}`)
          .send({ description: 'changed' }),
      ),
    );
    const answers = Promise.all(requests.map((each) => each.then(({ status }) => status)));
    await until('two halves of the places wait for rows', 10_000, async () => {
      const [rows] = await admin.query(
        "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'UPDATE job%'",
      );
      return ((rows as { n: number }[])[0]?.n ?? 0) >= 2 * PLACES_OF_A_TENANT;
    });
    await lasting(inForm({ short: 3_000, long: 60_000 }));
    await admin.rollback();
    const statuses = new Set(await answers);
    // Whoever waited for longer than its time was told so.
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    const judgement = await deployment.judged('every connection for requests waits for a lock');
    expectSound(judgement);
    expect(judgement.doubled).toBe(0);
  });

  it('that others have used up keep the service away until one is free, and no longer', async () => {
    const { deployment, admin, connect } = await setup();
    const [[row]] = (await admin.query('SELECT @@GLOBAL.max_connections AS most')) as [
      { most: number }[],
      unknown,
    ];
    const others = await Promise.all(Array.from({ length: 15 }, connect));
    await deployment.during(async () => {
      // Fewer than others have, so that one that ends leaves no place either.
      await admin.query('SET GLOBAL max_connections = 10');
      const spared = others.map(({ threadId }) => threadId);
      await until('the replicas have none', 10_000, async () => (await killAll(admin, spared)) === 0);
      await lasting(inForm({ short: 3_000, long: 60_000 }));
      await admin.query(`SET GLOBAL max_connections = ${row?.most}`);
      for (const one of others) one.destroy();
    });
    await deployment.recover();
    expectSound(await deployment.judged('max_connections of the server used up by others'));
  });
});
