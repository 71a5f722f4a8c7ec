import type { RowScope } from '../database/scoped.js';
import { completionText, initialEndText, initialStartText, KEEP_ALIVE, openingText } from './event-text.js';
import type { CompletionEvent } from './event.store.js';
import type { EventSink } from './event-sink.js';

/** A client that takes its events this slowly is cut off; it comes back for the rest when it can. */
const MOST_BACKLOG_BYTES = 1_048_576;
/** What may happen while the past is read; more than this, and the client is asked to come back. */
const MOST_PENDING = 10_000;

/** What makes a stream the one that it is: opened again under the same id, the younger generation stays. */
export interface StreamIdentity {
  readonly id: string;
  readonly generation: number;
  readonly scope: RowScope;
}

/** One client that listens. Until it is live, new events wait for those that it missed. */
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

  /** Says from which number on the client hears. */
  begin(from: number): void {
    if (this.isOver) return;
    this.position = from;
    this.sink.begin();
    this.write(openingText(from));
  }

  beginInitial(): void {
    this.write(initialStartText());
  }

  /** Sends events that the client missed and waits until it has taken them. */
  async replay(events: readonly CompletionEvent[]): Promise<void> {
    for (const event of events) this.send(event);
    await this.sink.drained();
  }

  endInitial(upTo: number): void {
    this.position = Math.max(this.position, upTo);
    this.write(initialEndText(upTo));
  }

  /** Sends what happened meanwhile, and from now on everything at once. */
  goLive(): void {
    const waiting = this.pending ?? [];
    this.pending = null;
    for (const event of waiting) this.deliver(event);
  }

  /** Takes an event of its scope; one that it has sent already is left out. */
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

  /** Notes that the client is gone. */
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
