import { v7 as newUuid } from 'uuid';
import { TaskPresence } from '../../src/action/cf-task/task-presence.js';
import { TaskRunStore } from '../../src/action/cf-task/task-run.store.js';
import { TaskWatch } from '../../src/action/cf-task/task-watch.js';
import { readConfig } from '../../src/config/config.js';
import { openDatabase } from '../../src/database/open-database.js';
import { Chores } from '../../src/replica/chores.js';
import type { Heartbeat } from '../../src/replica/heartbeat.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { ManualClock } from '../support/manual-clock.js';
import { countOfReads } from '../support/statements.js';
import { startTasks } from './task-setup.js';

const LEASE_MS = 20_000;

async function setup(kind: DatabaseKind) {
  const database = await openDatabase(await kind.createUrl());
  atEndOfFile(() => database.close());
  const clock = new ManualClock();
  const tasks = new TaskRunStore();
  const others = { live: [1] as readonly number[] };
  const heartbeat = {
    get isAlone() {
      return others.live.length === 1;
    },
    get liveReplicaIds() {
      return others.live;
    },
  } as unknown as Heartbeat;
  const config = readConfig({ NODE_ENV: 'test', LEASE_MS: String(LEASE_MS) });
  const presence = new TaskPresence(database, tasks, heartbeat, clock, config);
  const runId = newUuid();
  return {
    database,
    clock,
    presence,
    others,
    /** Whoever it is stores that a task is ordered. */
    order: () =>
      database.transaction((tx) =>
        tasks.begin(tx, { runId, runnerId: newUuid(), appId: newUuid(), sentAt: clock.now() }),
      ),
    forget: () => database.transaction((tx) => tasks.delete(tx, [runId])),
  };
}

describe.each(databaseKinds)('A replica that found no tasks on $name', (kind) => {
  it('does not look again while it is alone and orders none', async () => {
    const { database, clock, presence } = await setup(kind);
    expect(await presence.isAny()).toBe(false);
    clock.advance(2 * LEASE_MS);
    expect(await countOfReads(database, () => presence.isAny())).toBe(0);
  });

  it('looks again once it has ordered one, until there is none any more', async () => {
    const { presence, order, forget } = await setup(kind);
    expect(await presence.isAny()).toBe(false);
    await order();
    presence.noteOrder();
    expect(await presence.isAny()).toBe(true);
    expect(await presence.isAny()).toBe(true);
    await forget();
    presence.doubt();
    expect(await presence.isAny()).toBe(false);
  });

  it('looks again where it ordered one while it looked', async () => {
    const { database, presence, order } = await setup(kind);
    const read = database.read.bind(database);
    database.read = async (work, lane) => {
      const result = await read(work, lane);
      await order();
      presence.noteOrder();
      database.read = read;
      return result;
    };
    expect(await presence.isAny()).toBe(false);
    expect(await presence.isAny()).toBe(true);
  });

  it('looks again when a lease is over beside others, which order tasks, too', async () => {
    const { clock, presence, order, others } = await setup(kind);
    others.live = [1, 2];
    expect(await presence.isAny()).toBe(false);
    await order();
    clock.advance(LEASE_MS - 1);
    expect(await presence.isAny()).toBe(false);
    clock.advance(1);
    expect(await presence.isAny()).toBe(true);
  });

  it('looks again at once where another replica is gone', async () => {
    const { presence, order, others } = await setup(kind);
    others.live = [1, 2];
    expect(await presence.isAny()).toBe(false);
    await order();
    others.live = [1];
    expect(await presence.isAny()).toBe(true);
  });

  it('does not ask where there are some, until that is in doubt', async () => {
    const { database, presence, order } = await setup(kind);
    await order();
    expect(await presence.isAny()).toBe(true);
    expect(await countOfReads(database, () => presence.isAny())).toBe(0);
    presence.doubt();
    expect(await countOfReads(database, () => presence.isAny())).toBe(1);
  });

  it('has tasks watched each second from the first that it orders, and asks nothing before', async () => {
    const flow = await startTasks(kind);
    const { app, database, fake, clock, addRunner, createTask, tick, theRun } = flow;
    const chores = app.get(Chores, { strict: false });
    const second = async () => {
      clock.advance(1_000);
      await chores.start('tasks');
      await app.get(TaskWatch, { strict: false }).settled();
    };
    await second();
    expect(await countOfReads(database, second)).toBe(0);
    const task = await createTask(await addRunner());
    await tick();
    expect(await theRun(task)).toMatchObject({ runState: 'ACK_RECVD' });
    await fake.end(
      (await fake.tasks()).map(({ guid }) => guid),
      'SUCCEEDED',
    );
    for (let passed = 0; passed < 3; passed++) await second();
    expect(await theRun(task)).toMatchObject({ runState: 'SUCCESS' });
    await second();
    await second();
    expect(await countOfReads(database, second)).toBe(0);
  });
});
