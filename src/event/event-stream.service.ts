import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { uuidFromHex } from '../core/uuid.js';
import { Database } from '../database/database.js';
import { EventFeed } from './event-feed.js';
import type { EventSink } from './event-sink.js';
import { EventStream, type StreamIdentity } from './event-stream.js';
import { EventStore } from './event.store.js';
import { unknownStream } from './event-refusal.js';
import { StreamStore, type StreamOwner } from './stream.store.js';

/** Where a client wants to start: after the last event that it knows, at the oldest event that is kept, or now. */
export type StreamStart =
  { readonly kind: 'after'; readonly seq: number } | { readonly kind: 'kept' } | { readonly kind: 'now' };

const PAGE = 500;

/** Lets clients listen for the ends of operations (async-operations.md, "SSE"). */
@Injectable()
export class EventStreamService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly streams: StreamStore,
    private readonly events: EventStore,
    private readonly feed: EventFeed,
  ) {}

  /** Creates a stream that can be opened with its id alone, for a short time, and returns the id. */
  async create(owner: StreamOwner): Promise<string> {
    const id = randomUUID();
    const now = this.clock.now();
    await this.database.transaction((tx) => this.streams.put(tx, id, owner, now), owner.scope);
    return id;
  }

  /** Opens a stream by its id; a stream that is already open with this id is closed. Throws ApiRefusal (404/1). */
  async open(id: string, start: StreamStart, sink: EventSink): Promise<void> {
    const now = this.clock.now();
    const identity = await this.database.transaction((tx) => this.streams.open(tx, id, now));
    if (!identity) throw unknownStream(id);
    await this.connect(identity, start, sink);
  }

  /**
   * Opens the stream of a session, identified by its access token. When it is opened again with the same token,
   * the older stream is closed, however long ago it was cut. Without a token, each opening is a separate stream.
   */
  async openOwn(
    owner: StreamOwner,
    token: string | null,
    start: StreamStart,
    sink: EventSink,
  ): Promise<void> {
    const id = token === null ? randomUUID() : idOfToken(token);
    const now = this.clock.now();
    const identity = await this.database.transaction(async (tx) => {
      await this.streams.put(tx, id, owner, now);
      return this.streams.open(tx, id, now);
    }, owner.scope);
    if (!identity) throw unknownStream(id);
    await this.connect(identity, start, sink);
  }

  /**
   * Adds a stream, replays past events and goes live. New events wait from the moment when the stream is added,
   * so none is lost between the replay and the live events.
   */
  private async connect(identity: StreamIdentity, start: StreamStart, sink: EventSink): Promise<void> {
    const stream = new EventStream(identity, sink);
    await this.feed.add(stream);
    const { instanceId } = identity.scope;
    const last = await this.database.read((tx) => this.events.lastOf(tx, [instanceId]), identity.scope);
    const upTo = last.get(instanceId) ?? 0;
    if (start.kind === 'now') stream.begin(upTo);
    else await this.replay(stream, { after: start.kind === 'after' ? Math.min(start.seq, upTo) : 0, upTo });
    stream.goLive();
  }

  private async replay(stream: EventStream, range: { after: number; upTo: number }): Promise<void> {
    const { scope } = stream.identity;
    stream.begin(range.after);
    stream.beginInitial();
    let { after } = range;
    for (let found = PAGE; found === PAGE && !stream.isClosed;) {
      const part = { after, upTo: range.upTo, now: this.clock.now() };
      const events = await this.database.read((tx) => this.events.listKept(tx, scope, part, PAGE), scope);
      await stream.replay(events);
      found = events.length;
      after = events.at(-1)?.seq ?? range.upTo;
    }
    stream.endInitial(range.upTo);
  }
}

/** Returns a digest of a token, so that the table contains nothing that gives access. */
function idOfToken(token: string): string {
  return uuidFromHex(createHash('sha256').update(token).digest('hex').slice(0, 32));
}
