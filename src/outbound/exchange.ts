import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** A request of which everything of the answer is of interest, whatever its status. */
export interface ExchangeRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Time limit for connect, headers and body together. */
  readonly timeoutMs: number;
  /** How long the body of the answer may be. */
  readonly mostBytes: number;
}

/** A complete answer. */
export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** No complete answer came. */
export class ExchangeFailed extends Error {
  constructor(
    /** Why, with the `code` of the system or of the HTTP client. */
    readonly failure: Error,
    /** Whether something of the request may have reached the other side. */
    readonly wasSent: boolean,
  ) {
    super(failure.message);
    this.name = new.target.name;
  }
}

/**
 * Sends a request once over a dispatcher, follows no redirect, and resolves with the answer. Rejects with ExchangeFailed
 * alone, which knows whether the request was sent: where it was, the other side may have done what was asked for.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const { origin, pathname, search } = new URL(request.url);
    const { method, headers, body } = request;
    const call = { origin, path: pathname + search, method, headers: { ...headers }, body };
    dispatcher.dispatch(call, new Exchange(request, resolve, reject));
  });
}

/** One request and what has come of its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private head: Pick<ExchangeAnswer, 'status' | 'headers'> | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private isOver = false;

  constructor(
    private readonly request: ExchangeRequest,
    private readonly resolve: (answer: ExchangeAnswer) => void,
    private readonly reject: (error: ExchangeFailed) => void,
  ) {
    this.timer = setTimeout(() => this.fail(this.late()), request.timeoutMs);
  }

  /** The next thing that happens is that the request is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isOver) controller.abort(this.late());
    else this.controller = controller;
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.head = { status, headers };
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.request.mostBytes) this.chunks.push(chunk);
    else this.fail(failure('EMSGSIZE', `The answer has more than ${this.request.mostBytes} bytes.`));
  }

  onResponseEnd(): void {
    if (this.isOver || this.head === null) return;
    this.end();
    this.resolve({ ...this.head, text: Buffer.concat(this.chunks).toString('utf8') });
  }

  onResponseError(_: unknown, error: Error): void {
    this.fail(error);
  }

  private fail(error: Error): void {
    if (this.isOver) return;
    this.end();
    this.controller?.abort(error);
    this.reject(new ExchangeFailed(error, this.controller !== null));
  }

  private end(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  private late(): Error {
    const wanted = this.controller === null ? 'No connection came about' : 'No complete answer came';
    return failure('ETIMEDOUT', `${wanted} within the time limit.`);
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
