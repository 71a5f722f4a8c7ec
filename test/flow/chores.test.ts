import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { readConfig } from '../../src/config/config.js';
import { DatabaseUnavailable } from '../../src/database/connection/availability.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ChoreLease } from '../../src/replica/chore-lease.js';
import { ChoreLeaseStore } from '../../src/replica/chore-lease.store.js';
import { Chores, FIRST_LOOK_MS, type Chore } from '../../src/replica/chores.js';
import { databaseKinds, type DatabaseKind } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { ManualClock } from '../support/manual-clock.js';
import { ManualTicker } from '../support/manual-ticker.js';

const EVERY_MS = 1_000;
const LEASE = { name: 'shared', forMs: 60_000 };

/** Work that a test ends when it likes, and what was seen of it. */
class Work {
  begun = 0;
  private readonly ends: (() => void)[] = [];

  readonly run = async (): Promise<void> => {
    this.begun++;
    await new Promise<void>((resolve) => this.ends.push(resolve));
  };

  end(): void {
    for (const resolve of this.ends.splice(0)) resolve();
  }
}

async function setup(kind: DatabaseKind, env: Record<string, string> = {}) {
  const database = await openDatabase(await kind.createUrl());
  atEndOfFile(() => database.close());
  const clock = new ManualClock();
  const config = readConfig({ NODE_ENV: 'test', ...env });
  /** A process over the same database, with one chore. */
  const replica = (chore: Partial<Chore> & Pick<Chore, 'run'>) => {
    const ticker = new ManualTicker();
    const chores = new Chores(ticker, new ChoreLease(database, clock, new ChoreLeaseStore()), config);
    chores.register({ name: 'chore', everyMs: EVERY_MS, ...chore });
    chores.onApplicationBootstrap();
    /** Lets its moment come, and resolves when the chore is over. */
    const round = () => {
      ticker.tick(EVERY_MS);
      return chores.start('chore');
    };
    return { chores, ticker, round };
  };
  return { clock, replica };
}

describe.each(databaseKinds)('A chore on $name', (kind) => {
  it('is done at each of its moments', async () => {
    const { replica } = await setup(kind);
    let done = 0;
    const { ticker, chores } = replica({ run: async () => done++ });
    for (let moment = 1; moment <= 3; moment++) {
      ticker.tick(EVERY_MS);
      await chores.beforeApplicationShutdown();
      expect(done).toBe(moment);
    }
  });

  it('is never done twice at once in a process, and again once it is over', async () => {
    const { replica } = await setup(kind);
    const work = new Work();
    const { ticker, round } = replica({ run: work.run });
    const first = round();
    ticker.tick(EVERY_MS);
    expect(work.begun).toBe(1);
    work.end();
    await first;
    const second = round();
    expect(work.begun).toBe(2);
    work.end();
    await second;
  });

  it('is done by the holder of its lease alone, and by another once that is silent for longer', async () => {
    const { replica, clock } = await setup(kind);
    const done: string[] = [];
    const a = replica({ lease: LEASE, run: async () => done.push('a') });
    const b = replica({ lease: LEASE, run: async () => done.push('b') });
    await a.round();
    await b.round();
    clock.advance(LEASE.forMs - 1);
    await b.round();
    expect(done).toEqual(['a']);
    clock.advance(1);
    await b.round();
    await a.round();
    expect(done).toEqual(['a', 'b']);
  });

  it('shares its lease with others of its process, however many ask for it at once', async () => {
    const { replica } = await setup(kind);
    const done: string[] = [];
    const lookOf = (name: string) => ({ name, lease: LEASE, run: async () => done.push(name) });
    const a = replica(lookOf('first'));
    a.chores.register({ everyMs: EVERY_MS, ...lookOf('second') });
    await Promise.all(['first', 'second'].map((name) => a.chores.start(name)));
    await replica(lookOf('other')).chores.start('other');
    expect(done.sort()).toEqual(['first', 'second']);
  });

  describe('of a pace that a process may not live to see', () => {
    const RARE = { everyMs: 600_000, lease: LEASE };

    /** A process that lives for one look of its own. */
    async function lifeOf(process: { ticker: ManualTicker; chores: Chores }): Promise<void> {
      process.ticker.tick(FIRST_LOOK_MS);
      await process.chores.beforeApplicationShutdown();
      process.chores.onModuleDestroy();
    }

    it('is done soon after the start, and by the next process when its pace has gone by', async () => {
      const { replica, clock } = await setup(kind);
      let done = 0;
      const run = async () => done++;
      for (const [passedMs, expected] of [
        [0, 1],
        [RARE.everyMs - 1, 1],
        [1, 2],
        [LEASE.forMs, 2],
      ] as const) {
        clock.advance(passedMs);
        await lifeOf(replica({ ...RARE, run }));
        expect(done).toBe(expected);
      }
    });

    it('is looked for until the lease of a process that was killed is over, and no longer', async () => {
      const { replica, clock } = await setup(kind);
      const done: string[] = [];
      const killed = replica({ lease: LEASE, run: async () => undefined });
      await killed.round();
      const { ticker, chores } = replica({ ...RARE, run: async () => done.push('next') });
      const look = async () => {
        ticker.tick(FIRST_LOOK_MS);
        await chores.beforeApplicationShutdown();
      };
      await look();
      expect(done).toEqual([]);
      clock.advance(LEASE.forMs);
      await look();
      expect(done).toEqual(['next']);
      expect(ticker.paces).toContain(FIRST_LOOK_MS);
      await look();
      expect(ticker.paces).toEqual([RARE.everyMs]);
    });

    it('that failed is left to its pace by the looks, and counts as not done', async () => {
      const { replica } = await setup(kind);
      const told = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
      let tries = 0;
      const run = async () => {
        tries++;
        throw new Error('no luck');
      };
      const { ticker, chores } = replica({ ...RARE, run });
      for (let looks = 0; looks < 3; looks++) {
        ticker.tick(FIRST_LOOK_MS);
        await chores.beforeApplicationShutdown();
      }
      expect(tries).toBe(1);
      told.mockRestore();
    });

    it('is not looked for where every replica does it for itself', async () => {
      const { replica } = await setup(kind);
      expect(replica({ everyMs: RARE.everyMs, run: async () => undefined }).ticker.paces).toEqual([
        RARE.everyMs,
      ]);
    });
  });

  it('that fails is told, and done again at its next moment', async () => {
    const { replica } = await setup(kind);
    const told = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    let tries = 0;
    const { round } = replica({
      run: async () => {
        if (++tries === 1) throw new Error('no luck');
      },
    });
    await round();
    await round();
    expect(tries).toBe(2);
    expect(told.mock.calls).toEqual([["The chore 'chore' failed, the next one goes on: Error: no luck"]]);
    told.mockRestore();
  });

  it('that the database cannot serve now is not told: the database tells that once for all', async () => {
    const { replica } = await setup(kind);
    const told = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { round } = replica({
      run: async () => {
        throw new DatabaseUnavailable('The database is away.', null);
      },
    });
    await round();
    expect(told).not.toHaveBeenCalled();
    told.mockRestore();
  });

  it('is left to others by a process that does not dispatch, where it belongs to dispatch', async () => {
    const { replica } = await setup(kind, { DISPATCH: 'off' });
    const run = async () => undefined;
    expect(replica({ run, isForDispatch: true }).ticker.paces).toEqual([]);
    expect(replica({ run }).ticker.paces).toEqual([EVERY_MS]);
  });

  it('ends before a process that stops, and is not begun any more', async () => {
    const { replica } = await setup(kind);
    const work = new Work();
    const { chores, ticker } = replica({ run: work.run });
    ticker.tick(EVERY_MS);
    chores.onModuleDestroy();
    expect(ticker.paces).toEqual([]);
    let isStopped = false;
    const stopping = chores.beforeApplicationShutdown().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    work.end();
    await stopping;
    await chores.start('chore');
    expect(work.begun).toBe(1);
  });

  it('is not begun by a process that stops while it asks for the lease', async () => {
    const { replica } = await setup(kind);
    let done = 0;
    const { chores, ticker } = replica({ lease: LEASE, run: async () => done++ });
    ticker.tick(EVERY_MS);
    chores.onModuleDestroy();
    await chores.beforeApplicationShutdown();
    expect(done).toBe(0);
  });
});
