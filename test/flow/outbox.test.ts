import type { Channel, OutgoingMessage } from '../../src/notification/channel.js';
import { Outbox } from '../../src/notification/outbox.js';
import { startApp, type TestApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { databaseOf } from './setup.js';

const DAY_MS = 86_400_000;

describe.each(databaseKinds)('The outbox on $name', (kind) => {
  /** A receiver that takes what it is told to take. */
  class Receiver implements Channel {
    readonly everyMs = 1_000;
    readonly leaseMs = 30_000;
    readonly batch = 2;
    readonly givenUpAfterMs = DAY_MS;
    readonly sent: unknown[][] = [];
    takes: (payload: unknown) => boolean = () => true;
    closed = 0;

    constructor(
      readonly kind: string,
      of: 'channel' | 'message',
      readonly isWanted = true,
    ) {
      this.backoff = { of, firstMs: 1_000, longestMs: 10_000 };
    }

    readonly backoff: Channel['backoff'];

    send(messages: readonly OutgoingMessage[]): Promise<boolean[]> {
      const payloads = messages.map(({ payload }) => JSON.parse(payload) as unknown);
      this.sent.push(payloads);
      return Promise.resolve(payloads.map((payload) => this.takes(payload)));
    }

    nameOf({ id }: OutgoingMessage): string {
      return `The message ${id}`;
    }

    close(): void {
      this.closed += 1;
    }
  }

  let service: TestApp;
  let made = 0;
  beforeAll(async () => {
    service = await startApp({ env: { DATABASE_URL: await kind.createUrl() } });
    service.app.useLogger(false); // It says what waits, as it should.
  });

  /** The outbox, with a receiver of its own for each that is asked for. */
  function setup() {
    const { app, clock } = service;
    const outbox = app.get(Outbox, { strict: false });
    const database = databaseOf(app);
    const register = (of: 'channel' | 'message', isWanted = true) => {
      const receiver = new Receiver(`test-${++made}`, of, isWanted);
      outbox.register(receiver);
      return receiver;
    };
    const put = (channel: Receiver, numbers: readonly number[], waitsFor: number | null = null) =>
      database.transaction((tx) => {
        const messages = numbers.map((n) => ({ payload: { n }, tenancyId: null, waitsFor }));
        return outbox.put(tx, channel.kind, messages, clock.now());
      });
    const publish = (channel: Receiver) => outbox.publish(channel.kind);
    const waiting = async (channel: Receiver) => {
      const [row] = await database.read((tx) =>
        tx.query<{ n: number }>('SELECT COUNT(*) AS n FROM notification WHERE channel = ?', [channel.kind]),
      );
      return Number(row?.n);
    };
    return { clock, outbox, database, register, put, publish, waiting };
  }

  it('tells everything once, the oldest first, in batches', async () => {
    const { publish, register, put, clock, waiting } = setup();
    const receiver = register('channel');
    await put(receiver, [1, 2, 3]);
    clock.advance(1);
    await put(receiver, [4, 5]);
    await publish(receiver);
    expect(receiver.sent).toEqual([[{ n: 1 }, { n: 2 }], [{ n: 3 }, { n: 4 }], [{ n: 5 }]]);
    await publish(receiver);
    expect(receiver.sent).toHaveLength(3);
    expect(await waiting(receiver)).toBe(0);
  });

  it('keeps the rest in its order where a receiver of all does not take one, and tells other receivers', async () => {
    const { publish, register, put, waiting } = setup();
    const stubborn = register('channel');
    const willing = register('channel');
    stubborn.takes = () => false;
    await put(stubborn, [1, 2, 3]);
    await put(willing, [4]);
    await publish(stubborn);
    await publish(stubborn);
    await publish(willing);
    expect(stubborn).toMatchObject({ sent: [[{ n: 1 }, { n: 2 }]], closed: 1 });
    expect(willing.sent).toEqual([[{ n: 4 }]]);
    expect(await waiting(stubborn)).toBe(3);
  });

  it('puts one off by itself where each has tries of its own, ever longer, and gives it up in the end', async () => {
    const { publish, register, put, clock, waiting } = setup();
    const receiver = register('message');
    receiver.takes = (payload) => JSON.stringify(payload) !== '{"n":1}';
    await put(receiver, [1, 2]);
    const sentAfter = async (ms: number) => {
      receiver.sent.length = 0;
      clock.advance(ms);
      await publish(receiver);
      return receiver.sent.flat();
    };
    expect(await sentAfter(0)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await sentAfter(999)).toEqual([]);
    expect(await sentAfter(1)).toEqual([{ n: 1 }]);
    expect(await sentAfter(1_999)).toEqual([]);
    expect(await sentAfter(1)).toEqual([{ n: 1 }]);
    expect(await waiting(receiver)).toBe(1);
    expect(await sentAfter(DAY_MS)).toEqual([{ n: 1 }]);
    expect(await waiting(receiver)).toBe(0);
  });

  it('holds back what waits for a tenancy until that is emptied, and nothing else', async () => {
    const { publish, register, put, database } = setup();
    const receiver = register('message');
    await database.transaction((tx) =>
      tx.execute('INSERT INTO offboarding (tenancy_id, started_at) VALUES (77, 0)'),
    );
    await put(receiver, [1], 77);
    await put(receiver, [2], 78);
    await publish(receiver);
    expect(receiver.sent).toEqual([[{ n: 2 }]]);
    await database.transaction((tx) => tx.execute('UPDATE offboarding SET emptied_at = 1'));
    await publish(receiver);
    expect(receiver.sent).toEqual([[{ n: 2 }], [{ n: 1 }]]);
  });

  it('writes nothing for a receiver that nobody configured', async () => {
    const { publish, register, put, waiting } = setup();
    const receiver = register('channel', false);
    await put(receiver, [1]);
    await publish(receiver);
    expect([await waiting(receiver), receiver.sent]).toEqual([0, []]);
  });

  it('refuses a second channel of a kind', () => {
    const { register, outbox } = setup();
    const receiver = register('channel');
    expect(() => outbox.register(receiver)).toThrow(`a channel of the kind '${receiver.kind}' already`);
  });
});
