import type { Span } from './span.js';

/** What takes spans out of the process. */
export interface SpanExport {
  /** Resolves once these spans are taken; rejects, within a limited time, where they are not. */
  send(spans: readonly Span[]): Promise<void>;
  /** Breaks off what is being sent. */
  close(): void;
}

/** How much may wait and for how long. */
export interface QueueLimits {
  readonly mostSpans: number;
  readonly mostPerRequest: number;
  readonly mostWaitMs: number;
}

/** Who is told what became of spans. */
export interface QueueListener {
  exported(spans: number): void;
  dropped(spans: number, reason: string): void;
}

const FULL = 'more were made than the endpoint takes';
const STOPPED = 'the service has stopped';

/**
 * Spans on their way out: they wait for others to share their request, and one request is under way at a time. What an endpoint
 * does not take, or does not take in time, is dropped, so that it never costs more than the memory of a full queue. The SDK's
 * own processor tells nobody what became of spans, and sends everything at once at the end.
 */
export class SpanQueue {
  private readonly waiting: Span[] = [];
  private opened: Promise<SpanExport> | null = null;
  private sending: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  /** `open` is called with the first spans that are to be sent. */
  constructor(
    private readonly open: () => Promise<SpanExport>,
    private readonly limits: QueueLimits,
    private readonly listener: QueueListener,
  ) {}

  add(span: Span): void {
    if (this.isClosed || this.waiting.length >= this.limits.mostSpans) {
      this.listener.dropped(1, this.isClosed ? STOPPED : FULL);
      return;
    }
    this.waiting.push(span);
    if (this.sending !== null) return;
    if (this.waiting.length >= this.limits.mostPerRequest) void this.send();
    else this.timer ??= setTimeout(() => void this.send(), this.limits.mostWaitMs).unref();
  }

  /** Sends what waits, and resolves once it is taken or dropped. */
  async flush(): Promise<void> {
    while (this.waiting.length > 0 || this.sending !== null) await this.send();
  }

  /** Sends what waits, within so many milliseconds, and drops the rest and all that comes later. */
  async close(withinMs: number): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    const isOver = new Promise<void>((resolve) => {
      late = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.flush(), isOver]);
    clearTimeout(late);
    this.isClosed = true;
    const left = this.waiting.splice(0).length;
    if (left > 0) this.listener.dropped(left, STOPPED);
    const sent = this.sending;
    await this.opened?.then((out) => out.close()).catch(() => undefined);
    await sent;
  }

  private send(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendFull().finally(() => {
      this.sending = null;
      if (this.waiting.length > 0)
        this.timer ??= setTimeout(() => void this.send(), this.limits.mostWaitMs).unref();
    });
    return this.sending;
  }

  /** One request, and more as long as they are full: the rest waits for others again. */
  private async sendFull(): Promise<void> {
    do {
      await this.sendOne(this.waiting.splice(0, this.limits.mostPerRequest));
    } while (this.waiting.length >= this.limits.mostPerRequest);
  }

  private async sendOne(spans: readonly Span[]): Promise<void> {
    if (spans.length === 0) return;
    try {
      this.opened ??= this.open();
      await (await this.opened).send(spans);
      this.listener.exported(spans.length);
    } catch (error) {
      this.listener.dropped(spans.length, error instanceof Error ? error.message : String(error));
    }
  }
}
