import type { Instant } from '../core/instant.js';
import type { RowScope } from '../database/scoped.js';
import { completionText, initialEndText, initialStartText, KEEP_ALIVE, openingText } from './event-text.js';
import type { CompletionEvent } from './event.store.js';
import type { EventSink } from './event-sink.js';

/** A client with more unread bytes than this is disconnected; it can come back later for the rest. */
const MOST_BACKLOG_BYTES = 131_072;
/** How many new events may wait while past events are read; with more than this, the client must connect again. */
const MOST_PENDING = 10_000;

/** The identity of a stream. When it is opened again with the same id, the newer generation stays. */
export interface StreamIdentity {
  readonly id: string;
  readonly generation: number;
  readonly scope: RowScope;
  /** The stream ends with this binding, and at this moment: null where it depends on neither. */
  readonly clientId: string | null;
  readonly endsAt: Instant | null;
}

/** One client that listens. Until the stream is live, new events wait behind the events that the client missed. */
export class EventStream {
  readonly openedAt = performance.now();
  private pending: CompletionEvent[] | null = [];
  private position = 0;
  private count = 0;
  private isOver = false;

  constructor(
    readonly identity: StreamIdentity,
    private readonly sink: EventSink,
  ) {}

  get isClosed(): boolean {
    return this.isOver;
  }

  /** Begins the answer and tells the client the number after which it gets events. */
  begin(from: number): void {
    if (this.isOver) return;
    this.position = from;
    this.sink.begin();
    this.write(openingText(from));
  }

  beginInitial(): void {
    this.write(initialStartText());
  }

  /** Sends events that the client missed and waits until it has read them. */
  async replay(events: readonly CompletionEvent[]): Promise<void> {
    for (const event of events) this.send(event);
    await this.sink.drained();
  }

  endInitial(upTo: number): void {
    this.position = Math.max(this.position, upTo);
    this.write(initialEndText(upTo));
  }

  /** Sends the events that waited, and from now on sends every event at once. */
  goLive(): void {
    const waiting = this.pending ?? [];
    this.pending = null;
    for (const event of waiting) this.deliver(event);
  }

  /** Accepts an event of the stream's scope; an event that was already sent is ignored. */
  deliver(event: CompletionEvent): void {
    if (this.pending) {
      this.pending.push(event);
      if (this.pending.length > MOST_PENDING) this.close();
    } else if (event.seq > this.position) this.send(event);
  }

  keepAlive(): void {
    if (this.pending === null) this.write(KEEP_ALIVE);
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.pending = [];
    this.sink.end();
  }

  /** Registers a listener for the moment when the client has disconnected or the stream has ended. */
  onClose(listener: () => void): void {
    this.sink.onClose(() => {
      this.isOver = true;
      listener();
    });
  }

  private send(event: CompletionEvent): void {
    this.position = Math.max(this.position, event.seq);
    this.write(completionText(event, ++this.count));
  }

  private write(text: string): void {
    if (this.isOver) return;
    this.sink.write(text);
    if (this.sink.backlog <= MOST_BACKLOG_BYTES) return;
    this.isOver = true;
    this.sink.cut();
  }
}
