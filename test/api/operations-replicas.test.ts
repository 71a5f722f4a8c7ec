import fc from 'fast-check';
import { HOUR_MS } from '../../src/core/instant.js';
import { newUuid } from '../../src/database/uuid-v7.js';
import type { Database } from '../../src/database/database.js';
import type { Tx } from '../../src/database/tx.js';
import { EventStore } from '../../src/event/event.store.js';
import { tokenFor } from '../auth/setup.js';
import { clientOf, startApp, TENANTS, type TestApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { Listening } from './operation-events.js';
import { cancelOf, startOperations, type OperationsApp } from './operation-setup.js';

const EVENTS = '/api/jobs/events';

const mariaDb = databaseKinds.find(({ name }) => name === 'MariaDB');
if (!mariaDb) throw new Error('Replicas share a server.');

async function listen(app: TestApp, headers: Record<string, string> = {}, zone: string = TENANTS.acme) {
  const authorization = { Authorization: `Bearer ${await tokenFor(app, app.uaa, zone)}` };
  return Listening.open(`${app.baseUrl}${EVENTS}`, { ...authorization, ...headers });
}

describe('The numbers of events', () => {
  /** A reader that remembers the last number it saw, as the feed does. */
  async function readWhile(work: Promise<unknown>, readAfter: (seen: number) => Promise<number[]>) {
    const read: number[] = [];
    let isOver = false;
    const over = work.then(() => (isOver = true));
    for (let isLast = false; !isLast;) {
      isLast = isOver;
      read.push(...(await readAfter(read.at(-1) ?? 0)));
    }
    await over;
    return read;
  }

  /** Two transactions that take their numbers in one order and commit in the other; `quickly` says how far the second one gets. */
  async function commitInReverse(
    database: Database,
    append: (tx: Tx) => Promise<unknown>,
    read: () => Promise<void>,
    quickly = (quick: Promise<unknown>) => quick,
  ) {
    let hasTaken: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (hasTaken = resolve));
    let mayCommit: () => void = () => undefined;
    const permitted = new Promise<void>((resolve) => (mayCommit = resolve));
    const slow = database.transaction(async (tx) => {
      await append(tx);
      hasTaken();
      await permitted;
    });
    await taken;
    const quick = database.transaction(append);
    await quickly(quick);
    await read();
    mayCommit();
    await Promise.all([slow, quick]);
    await read();
  }

  it('become visible in their order, where those of an automatic increment do not', async () => {
    const database = await mariaDb.open();
    const events = new EventStore();
    const place = { id: newUuid(1), instanceId: 1, tenancyId: 1 };
    const seen: number[] = [];
    await commitInReverse(
      database,
      (tx) => events.append(tx, [place], 1),
      async () => {
        const found = await database.read((tx) => events.listAfter(tx, 1, seen.at(-1) ?? 0, 10));
        seen.push(...found.map(({ seq }) => seq));
      },
      // It waits for the first one; where it did not, it would be done by then.
      (quick) => Promise.race([quick, database.read((tx) => tx.query('SELECT SLEEP(0.2)'))]),
    );
    expect(seen).toEqual([1, 2]);

    const seenOfIncrement: number[] = [];
    await commitInReverse(
      database,
      (tx) =>
        tx.execute(
          "INSERT INTO notification (channel, payload, created_at, next_at, tries) VALUES ('amqp', '', 1, 1, 0)",
        ),
      async () => {
        const rows = await database.read((tx) =>
          tx.query<{ id: number }>('SELECT id FROM notification WHERE id > ? ORDER BY id', [
            seenOfIncrement.at(-1) ?? 0,
          ]),
        );
        seenOfIncrement.push(...rows.map(({ id }) => Number(id)));
      },
    );
    expect(seenOfIncrement).toEqual([2]);
  });

  it.each(databaseKinds)('have no gap and no double under many writers on $name', async (kind) => {
    const database = await kind.open();
    const events = new EventStore();
    const write = async (writer: number) => {
      for (let turn = 0; turn < 20; turn++) {
        const count = 1 + ((writer + turn) % 3);
        const place = { id: newUuid(1), instanceId: 1 + (turn % 2), tenancyId: 1 };
        await database.transaction((tx) => events.append(tx, Array(count).fill(place), 1));
      }
    };
    const written = Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)));
    const read = await readWhile(written, async (seen) => {
      const found = await database.read((tx) => events.listAfter(tx, 1, seen, 1_000));
      return found.map(({ seq }) => seq);
    });
    expect(read).toEqual(read.map((_, place) => place + 1));
    const all = await database.read((tx) => events.listAfter(tx, 1, 0, 1_000));
    expect(read).toHaveLength(all.length);
  });
});

describe('Replicas', () => {
  let one: OperationsApp;
  let two: TestApp;
  beforeAll(async () => {
    one = await startOperations(mariaDb);
    two = await startApp({ env: { DATABASE_URL: one.databaseUrl }, clock: one.clock, uaa: one.uaa });
  });

  async function setup() {
    one.target.reacts({ kind: 'answer' });
    const job = await one.createJob(one.acme);
    return { ...one, job };
  }

  it('tell their clients of what ended at another', async () => {
    const { ended, acme, job } = await setup();
    const stream = await (await listen(two)).ready();
    const uri = await ended(acme, job);
    expect(await stream.received(1)).toEqual([uri]);
    expect((await two.acme.get(uri)).body.status).toBe('complete');
  });

  it('close a stream that was opened again at another', async () => {
    await setup();
    const headers = { Authorization: `Bearer ${await tokenFor(one, one.uaa, TENANTS.acme)}` };
    const older = await (await Listening.open(`${one.baseUrl}${EVENTS}`, headers)).ready();
    const younger = await (await Listening.open(`${two.baseUrl}${EVENTS}`, headers)).ready();
    await older.closed;
    expect(younger.response.closed).toBe(false);
  });
});

type Step = 'run' | 'run and dispatch' | 'dispatch' | 'cancel' | 'reconnect' | 'poll and delete';

describe.each(databaseKinds)(
  'A client that polls, one that listens and one that reconnects on $name',
  (kind) => {
    it('learn of the same completions', async () => {
      const app = await startOperations(kind);
      const isShared = kind.name === 'MariaDB';
      const other = isShared
        ? await startApp({ env: { DATABASE_URL: app.databaseUrl }, clock: app.clock, uaa: app.uaa })
        : app;
      const steps = fc.constantFrom<Step[]>(
        ...(['run', 'run and dispatch', 'dispatch', 'cancel', 'reconnect', 'poll and delete'] as const),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 15 }), async (script) => {
          const job = await app.createJob(app.acme);
          const listening = await (await listen(app)).ready();
          let connection = await (await listen(other)).ready();
          let knownId = connection.lastEventId;
          const heard: string[] = [];
          const started: string[] = [];
          const polled = new Set<string>();
          const deleted = new Set<string>();
          const poll = async () => {
            for (const uri of started) {
              if (deleted.has(uri)) continue;
              const { body } = await app.acme.get(uri).expect(200);
              if (body.status === 'complete' || body.status === 'canceled') polled.add(uri);
            }
          };
          for (const step of [...script, 'reconnect', 'dispatch'] as Step[]) {
            if (step.startsWith('run')) started.push(await app.runNow(app.acme, job));
            if (step.endsWith('dispatch')) await app.dispatch();
            if (step === 'cancel') await app.acme.post(cancelOf(started.at(-1) ?? '/api/jobs/x'));
            if (step === 'reconnect') {
              knownId = connection.lastEventId || knownId;
              await connection.close();
              heard.push(...connection.completions);
              connection = await listen(other, { 'Last-Event-ID': knownId });
            }
            if (step === 'poll and delete') {
              await poll();
              // Once everybody has heard of it, its status may go.
              await listening.received(polled.size);
              await connection.until(
                () => new Set([...heard, ...connection.completions]).size >= polled.size,
              );
              for (const uri of polled) if (!deleted.has(uri)) await app.acme.delete(uri).expect(204);
              for (const uri of polled) deleted.add(uri);
            }
          }
          await poll();
          await listening.received(polled.size);
          await connection.until(() => heard.length + connection.completions.length >= polled.size);
          await listening.close();
          await connection.close();
          const all = [...polled].sort();
          expect([...started].sort()).toEqual(all);
          expect([...listening.completions].sort()).toEqual(all);
          expect([...heard, ...connection.completions].sort()).toEqual(all);
        }),
        { numRuns: 12 },
      );
    });
  },
);

describe.each(databaseKinds)('Deleting, canceling and expiring in every order on $name', (kind) => {
  const acts = ['delete', 'cancel', 'expire', 'end'] as const;
  type Act = (typeof acts)[number];
  const orders = acts.flatMap((a) => acts.flatMap((b) => acts.map((c) => [a, b, c] as const)));

  /** What the page says: the status of the answer, its reason, and where that leaves the operation. */
  function expected(act: Act, state: 'running' | 'ended' | 'unknown'): [number, number | null, typeof state] {
    if (act === 'expire') return [0, null, state === 'ended' ? 'unknown' : state];
    if (act === 'end') return [0, null, state === 'running' ? 'ended' : state];
    if (state === 'unknown') return [404, 1, 'unknown'];
    if (act === 'delete') return state === 'running' ? [409, 40, state] : [204, null, 'unknown'];
    return state === 'running' ? [204, null, 'ended'] : [409, 41, state];
  }

  it('gives the documented codes', async () => {
    const app = await startOperations(kind);
    const job = await app.createJob(app.acme);
    expect(orders).toHaveLength(64);
    for (const order of orders) {
      // So much time goes by that tokens expire.
      const acme = clientOf(app.http, await tokenFor(app, app.uaa, TENANTS.acme));
      const uri = await app.runNow(acme, job);
      let state: 'running' | 'ended' | 'unknown' = 'running';
      for (const act of order) {
        const [status, reason, next] = expected(act, state);
        if (act === 'end') await app.dispatch();
        if (act === 'expire') {
          app.clock.advance(5 * HOUR_MS);
          await app.operations.expire();
        }
        if (act === 'delete' || act === 'cancel') {
          const answer = await (act === 'delete' ? acme.delete(uri) : acme.post(cancelOf(uri)));
          const got = [answer.status, answer.body?.reason ?? null];
          expect({ order, act, got }).toEqual({ order, act, got: [status, reason] });
        }
        state = next;
      }
      const { status } = await acme.get(uri);
      expect({ order, status }).toEqual({ order, status: state === 'unknown' ? 404 : 200 });
    }
  });
});
