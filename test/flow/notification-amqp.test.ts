import type { Connection, EventContext, Message } from 'rhea';
import { Database } from '../../src/database/database.js';
import { AmqpChannel } from '../../src/notification/amqp.channel.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { PrivateRabbitMq } from '../support/rabbitmq/private-rabbitmq.js';
import { startOperations } from '../api/operation-setup.js';

const START_MS = 120_000;
const TURN_MS = 90_000;

/** A client that reads what a broker has for it. */
class Reading {
  readonly messages: Message[] = [];
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  private constructor(private readonly connection: Connection) {}

  static async open(broker: PrivateRabbitMq, address: string): Promise<Reading> {
    const reading = new Reading(await broker.connect());
    const durable = address.startsWith('/queue/') ? 1 : 0;
    const receiver = reading.connection.open_receiver({ source: { address, durable } });
    receiver.on('message', ({ message }: EventContext) => reading.take(message));
    // Whoever stops the broker ends the connection too.
    for (const end of ['disconnected', 'session_error']) reading.connection.on(end, () => undefined);
    atEndOfFile(() => reading.close());
    await new Promise((resolve) => receiver.once('receiver_open', resolve));
    return reading;
  }

  async received(count: number): Promise<string[]> {
    if (this.messages.length < count) {
      await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    }
    return this.uris;
  }

  /** The operations that the messages are about. */
  get uris(): string[] {
    return this.messages.map((message) => String(message.application_properties?.['job-uri']));
  }

  close(): void {
    this.connection.close();
    this.connection.socket?.destroy();
  }

  private take(message: Message | undefined): void {
    if (message) this.messages.push(message);
    for (const waiter of this.waiting) if (this.messages.length >= waiter.count) waiter.resolve();
  }
}

// One for both kinds of database: a start of a broker takes longer than all that is said to it.
let broker: PrivateRabbitMq;
beforeAll(async () => {
  broker = await PrivateRabbitMq.prepare();
  atEndOfFile(() => broker.remove());
  await broker.start();
}, START_MS);

describe.each(databaseKinds)('Notifications over AMQP 1.0 on $name', (kind) => {
  async function setup(path = '', amqpUrl: string | null = broker.url(path)) {
    const app = await startOperations(kind, amqpUrl === null ? {} : { AMQP_URL: amqpUrl });
    const publisher = app.app.get(AmqpChannel, { strict: false });
    const database = app.app.get(Database, { strict: false });
    const job = await app.createJob(app.acme);
    const unsent = async () => {
      const [row] = await database.read((tx) =>
        tx.query<{ n: number }>('SELECT COUNT(*) AS n FROM notification'),
      );
      return Number(row?.n);
    };
    return { ...app, publisher, job, unsent };
  }

  it('tell of the end of an operation by two properties and no body', async () => {
    const { acme, ended, job, publisher, unsent } = await setup();
    const reading = await Reading.open(broker, '/topic/carillon.jobs.#');
    const uri = await ended(acme, job);
    expect(await reading.received(1)).toEqual([uri]);
    const [message] = reading.messages;
    expect(message?.application_properties).toEqual({
      'notification-type': 'job-completion',
      'job-uri': uri,
    });
    expect(message?.body ?? null).toBeNull();
    expect(message?.durable).toBe(true);
    await publisher.publish();
    expect(await unsent()).toBe(0);
    reading.close();
  });

  it('have a topic for each tenant', async () => {
    const { acme, beta, ended, job, createJob } = await setup();
    const reading = await Reading.open(broker, `/topic/carillon.jobs.*.${TENANTS.beta}`);
    await ended(acme, job);
    const uri = await ended(beta, await createJob(beta));
    expect(await reading.received(1)).toEqual([uri]);
    reading.close();
  });

  it(
    'wait for a broker that is away, delay nothing, and are all sent when it is back',
    async () => {
      const { acme, ended, job, publisher, unsent, chores } = await setup(`/queue/kept-${kind.name}`);
      const uris = [await ended(acme, job)];
      await publisher.publish();
      expect(await unsent()).toBe(0);
      await broker.stop();
      for (let turn = 0; turn < 3; turn++) uris.push(await ended(acme, job));
      for (const uri of uris) expect((await acme.get(uri)).body.status).toBe('complete');
      await publisher.publish();
      expect(await unsent()).toBe(3);
      await broker.start();
      // After a failure the publisher pauses: only a later look sends.
      while ((await unsent()) > 0) await chores.start('outbox-amqp');
      const reading = await Reading.open(broker, `/queue/kept-${kind.name}`);
      // At least once: one that was sent just when the broker stopped or started may come twice.
      while (!uris.every((uri) => reading.uris.includes(uri)))
        await reading.received(reading.uris.length + 1);
      reading.close();
    },
    TURN_MS,
  );

  it(
    'survive a restart of the service',
    async () => {
      const nowhere = 'amqp://127.0.0.1:1/queue/none';
      const before = await setup('', nowhere);
      const uri = await before.ended(before.acme, before.job);
      expect((await before.acme.get(uri)).body.status).toBe('complete');
      expect(await before.unsent()).toBe(1);
      await before.stop();
      // The lease of the one that stopped runs out.
      before.clock.advance(31_000);
      const reading = await Reading.open(broker, `/queue/restart-${kind.name}`);
      const { startApp } = await import('../support/app.js');
      const env = { DATABASE_URL: before.databaseUrl, AMQP_URL: broker.url(`/queue/restart-${kind.name}`) };
      const after = await startApp({ env, clock: before.clock, uaa: before.uaa });
      await after.chores.start('outbox-amqp');
      expect(await reading.received(1)).toEqual([uri]);
      reading.close();
    },
    TURN_MS,
  );

  it('are not written where no broker is configured', async () => {
    const { acme, ended, job, unsent } = await setup('', null);
    await ended(acme, job);
    expect(await unsent()).toBe(0);
  });
});
