import type { Socket } from 'node:net';
import { Client, type buildConnector, type Dispatcher } from 'undici';
import type { ActionOutcome, CutReason } from '../../core/action-outcome.js';
import type { AnswerHead } from './http-answer-head.js';
import { AnswerReader, type AnswerListener, type Unreadable } from './http-answer-reader.js';
import { HttpBody } from './http-body.js';
import { failureOf } from '../../outbound/call-failure.js';

/**
 * Servers close an idle connection after some seconds (2 to 75). This side closes first, so that no call uses a
 * closed connection.
 */
const KEEP_ALIVE = { keepAliveTimeout: 1_500, keepAliveMaxTimeout: 4_000, keepAliveTimeoutThreshold: 1_000 };

/** A date of HTTP has 29 characters. */
const LONGEST_RETRY_AFTER = 64;

const TOO_LATE = { code: 'ETIMEDOUT', message: 'No connection came about within the time limit.' };

const GIVEN_UP = { code: 'ECANCELED', message: 'The call was given up: its run was canceled.' };

/** One HTTP request, ready to be sent. */
export type PreparedCall = Pick<Dispatcher.DispatchOptions, 'path' | 'method' | 'body'> & {
  readonly headers: string[];
};

/** The owner of the connections. */
export interface ConnectionKeeper {
  /** Opens a socket for a call of a tenancy; undefined when it is refused at once. */
  open(
    options: buildConnector.Options,
    callback: buildConnector.Callback,
    tenancyId: number,
  ): Socket | undefined;
  /** Takes back a connection after its call has ended well. */
  rest(connection: HttpConnection): void;
  /** Removes a connection that has ended. */
  forget(connection: HttpConnection): void;
}

/**
 * One connection to an endpoint and the call that runs on it: an undici client with one socket, and its handler.
 * How far the call has come (nothing sent, sent, answered) decides the meaning of a failure or of the time limit.
 */
export class HttpConnection implements Dispatcher.DispatchHandler, AnswerListener {
  private readonly client: Client;
  private readonly body = new HttpBody();
  private socket: Socket | undefined;
  private call: PreparedCall | null = null;
  private tenancyId = 0;
  private settle: ((outcome: ActionOutcome) => void) | null = null;
  private timer: NodeJS.Timeout | undefined;
  private timerMs = 0;
  private isSent = false;
  private isDialled = false;
  private hasServed = false;
  private isEnded = false;
  private head: AnswerHead | null = null;
  private isBroken = false;
  private reader: AnswerReader | null = null;

  constructor(
    readonly origin: string,
    private readonly keeper: ConnectionKeeper,
  ) {
    this.client = new Client(origin, {
      ...KEEP_ALIVE,
      headersTimeout: 0, // undici's own timers restart with each chunk; this class has one timer per call
      bodyTimeout: 0,
      connect: (options, callback) => {
        this.isDialled = true;
        const opened: buildConnector.Callback = (...result) => {
          const connected = result[1]; // undefined when there is an error, although its type says otherwise
          this.reader = connected ? new AnswerReader(connected, this) : null;
          callback(...result);
        };
        this.socket = this.keeper.open(options, opened, this.tenancyId);
      },
    });
    this.client.on('disconnect', () => {
      if (this.settle === null) this.end();
    });
  }

  /** Sends a call of a tenancy, the only one on the connection, and returns its outcome within so many milliseconds; never rejects. */
  send(call: PreparedCall, tenancyId: number, timeoutMs: number): Promise<ActionOutcome> {
    return new Promise((settle) => {
      this.settle = settle;
      this.call = call;
      this.tenancyId = tenancyId;
      this.isSent = false;
      this.isDialled = false;
      this.head = null;
      this.isBroken = false;
      this.setTimer(timeoutMs);
      if (this.hasServed) setImmediate(dispatch, this);
      else this.dispatch();
    });
  }

  /** Calls with the same limit share one timer, and each restarts it. If it fires between calls, it ends nothing. */
  private setTimer(timeoutMs: number): void {
    if (this.timer !== undefined && timeoutMs === this.timerMs) {
      this.timer.refresh();
      return;
    }
    clearTimeout(this.timer);
    this.timerMs = timeoutMs;
    this.timer = setTimeout(expire, timeoutMs, this);
  }

  /** Passes the call to undici, unless its time is already over. */
  dispatch(): void {
    if (this.call !== null) this.client.dispatch(this.call, this);
  }

  /** Closes the socket, whatever its state, and removes the connection from the pool. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    clearTimeout(this.timer);
    this.keeper.forget(this);
    this.socket?.destroy();
    void this.client.destroy();
  }

  onRequestStart(): void {
    this.isSent = true;
    this.reader?.expect();
  }

  onHead(head: AnswerHead): void {
    this.head = head;
  }

  onUnreadable(why: Unreadable): void {
    if (this.settle !== null) this.finish({ kind: 'unreachable', ...why });
  }

  onBrokenBody(): void {
    this.isBroken = true;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    if (this.settle !== null && !this.body.add(chunk)) this.finish(this.answer('size'));
  }

  onResponseEnd(): void {
    if (this.settle === null) return;
    if (this.isBroken) return this.finish(this.answer('chunks'));
    const outcome = this.answer(null);
    this.hasServed = true;
    this.release(outcome);
    this.keeper.rest(this);
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.settle === null) return;
    if (this.head !== null) return this.finish(this.answer('connection'));
    if (this.hasServed && !this.isSent && !this.isDialled) return this.sendAgain();
    this.finish({ kind: 'unreachable', ...failureOf(error) });
  }

  /** Returns the call that runs on the connection; null where there is none. */
  get current(): PreparedCall | null {
    return this.call;
  }

  /** Ends a call because its time is over, if it is still the current call. */
  expire(call: PreparedCall | null): void {
    if (call === null || call !== this.call) return;
    if (this.head !== null) this.finish(this.answer('time'));
    else if (this.isSent) this.finish({ kind: 'unanswered' });
    else this.finish({ kind: 'unreachable', ...TOO_LATE });
  }

  /** Gives a call up, if it is still the current one: its connection is closed. */
  abort(call: PreparedCall): void {
    if (call === this.call) this.finish({ kind: 'unreachable', ...GIVEN_UP });
  }

  /**
   * Sends the call again on a new connection. The kept connection broke before a byte of the call was written, so
   * the endpoint knows nothing of it. A call of which something was written is never sent twice, because the
   * endpoint may have acted on it.
   */
  private sendAgain(): void {
    this.hasServed = false;
    queueMicrotask(() => this.dispatch());
  }

  private answer(cut: CutReason | null): ActionOutcome {
    const { httpStatus = 0, coding = null, retryAfter = null, isRetryRefused = false } = this.head ?? {};
    const isEncoded = coding !== null && !this.body.isEmpty;
    const body = isEncoded ? noteOn(coding) : this.body.textOf(cut);
    // Hardly any answer says more: an object that is put together would be felt in each.
    if (retryAfter === null && !isRetryRefused) return { kind: 'answered', httpStatus, body };
    return {
      ...{ kind: 'answered', httpStatus, body },
      ...(retryAfter !== null && { retryAfter: retryAfter.slice(0, LONGEST_RETRY_AFTER) }),
      ...(isRetryRefused && { isRetryRefused }),
    };
  }

  private finish(outcome: ActionOutcome): void {
    this.release(outcome);
    this.end();
  }

  private release(outcome: ActionOutcome): void {
    this.body.clear();
    const settle = this.settle;
    this.settle = null;
    this.call = null;
    settle?.(outcome);
  }
}

function noteOn(coding: string): string {
  return `[not kept: the body is encoded (${coding.slice(0, 40)}) although that was not asked for]`;
}

/**
 * Dispatches a call on a kept connection. Undici writes in the next turn of the event loop. If the endpoint has
 * closed the connection in the meantime, however long this turn took, that is noticed first and nothing is
 * written to the connection.
 */
function dispatch(connection: HttpConnection): void {
  connection.dispatch();
}

/** Ends a call after one more turn of the event loop: if the loop was blocked, an answer may have arrived in time. */
function expire(connection: HttpConnection): void {
  const call = connection.current;
  setImmediate(() => connection.expire(call));
}
