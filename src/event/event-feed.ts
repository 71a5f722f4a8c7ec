import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { SECOND_MS, type Instant } from '../core/instant.js';
import { logUnlessUnavailable } from '../database/connection/availability.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tx.js';
import type { EventStream } from './event-stream.js';
import { tooManyStreams, tooManyStreamsInAll } from './event-refusal.js';
import { EventStore, type OperationPlace } from './event.store.js';
import { OpenStreams } from './open-streams.js';
import { StreamWatch } from './stream-watch.js';

/**
 * The longest time until this process sees a committed event of another process. The check runs only while
 * streams are open, and one check serves all of them.
 */
const POLL_MS = 50;
/** The interval where no other process can write: the check then only makes up for a lost hint. */
const POLL_ALONE_MS = SECOND_MS;
const KEEP_ALIVE_MS = 15 * SECOND_MS;
const WATCH_MS = SECOND_MS;
const PAGE = 1_000;
/** How many streams one tenancy, and all together, may have open in this process. */
const MOST_OF_TENANCY = 100;
const MOST_STREAMS = 10_000;

/**
 * Delivers the events of the instances that streams of this process listen to: events of this process at once,
 * events of other processes through a check every few milliseconds. Events of an instance become visible in the
 * order of their numbers (EventStore), so only the last number read has to be remembered.
 */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  private readonly log = new Logger(EventFeed.name);
  private readonly streams = new OpenStreams();
  private readonly seen = new Map<number, number>();
  private timers: NodeJS.Timeout[] = [];
  private reading: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  private isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly watch: StreamWatch,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    for (const stream of this.streams.list()) stream.close();
    this.rest();
    await Promise.allSettled([this.reading, this.next]);
    await this.watch.settled();
  }

  /**
   * Appends the events of operations that end in this transaction. After the commit, the streams of this process
   * get them at once. Call this last in the transaction: it locks the instance's event numbers until commit.
   */
  async append(tx: Tx, ended: readonly OperationPlace[], at: Instant): Promise<void> {
    await this.events.append(tx, ended, at);
    tx.afterCommit(this.poke);
  }

  /** Returns how many streams are open. */
  get size(): number {
    return this.streams.size;
  }

  /**
   * Adds a stream. Once this resolves, every event that is committed from now on is delivered to the stream. The
   * caller must replay the events that were committed before. Throws ApiRefusal (429, 503) where too many are open; one
   * that takes the place of an older one of the same id always finds room.
   */
  async add(stream: EventStream): Promise<void> {
    this.refuseTooMany(stream);
    if (this.isStopping) stream.close();
    else this.streams.add(stream);
    if (stream.isClosed) return;
    stream.onClose(() => this.remove(stream));
    if (this.timers.length === 0) this.start();
    await this.refresh();
  }

  private refuseTooMany({ identity }: EventStream): void {
    if (this.streams.find(identity.id)) return;
    if (this.streams.countOf(identity.scope.tenancyId) >= MOST_OF_TENANCY)
      throw tooManyStreams(MOST_OF_TENANCY);
    if (this.streams.size >= MOST_STREAMS) throw tooManyStreamsInAll();
  }

  /** Resolves after a check that began after this call; calls at the same time share one check. */
  private refresh(): Promise<void> {
    if (!this.reading) return (this.reading = this.read());
    return (this.next ??= this.reading
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        return (this.reading = this.read());
      }));
  }

  /** Starts a check; nobody waits for it. */
  private readonly poke = (): void => {
    if (this.streams.size === 0) return;
    this.refresh().catch((error: unknown) =>
      logUnlessUnavailable(error, (reason) => this.log.warn(`Events are read later: ${reason}`)),
    );
  };

  private async read(): Promise<void> {
    try {
      await this.database.read(async (tx) => {
        const instances = this.streams.listInstances();
        for (const [instanceId, last] of await this.events.lastOf(tx, instances)) {
          let seen = this.seen.get(instanceId) ?? last;
          this.seen.set(instanceId, seen);
          while (seen < last) {
            const events = await this.events.listAfter(tx, instanceId, seen, PAGE);
            for (const event of events) this.streams.deliver(instanceId, event);
            seen = events.at(-1)?.seq ?? last;
            this.seen.set(instanceId, seen);
          }
        }
      });
    } finally {
      this.reading = null;
    }
  }

  private remove(stream: EventStream): void {
    this.streams.remove(stream);
    const { instanceId } = stream.identity.scope;
    if (!this.streams.listInstances().includes(instanceId)) this.seen.delete(instanceId);
    if (this.streams.size === 0) this.rest();
  }

  private start(): void {
    const pollMs = this.database.dialect.isSerial ? POLL_ALONE_MS : POLL_MS;
    this.timers = [
      setInterval(this.poke, pollMs),
      setInterval(() => this.streams.list().forEach((stream) => stream.keepAlive()), KEEP_ALIVE_MS),
      setInterval(() => this.watch.look(this.streams), WATCH_MS),
    ];
    for (const timer of this.timers) timer.unref();
  }

  private rest(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
  }
}
