import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { REFUSED_CODE, type ActionOutcome } from '../../core/action-outcome.js';
import { callLimitMs } from '../../core/policy/timeout.js';
import type { PreparedCall } from './http-connection.js';
import { HttpPool } from './http-pool.js';
import { withQuery } from './http-query.js';
import { OutboundGuard } from '../../outbound/outbound-guard.js';

/** One call to make. */
export interface HttpRequest {
  /** The tenancy that the call is for. */
  readonly tenancyId: number;
  /** How long it may take where its job says so; undefined for the usual time. */
  readonly timeoutMs?: number | undefined;
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** JSON text of an object: the body of POST and PUT, the query parameters of GET and DELETE. */
  readonly data: string | null;
  /** Gives the call up when it is aborted; undefined where nobody does. */
  readonly signal?: AbortSignal | undefined;
  /** Headers in addition to `content-type`, which this service sets. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Calls the tenants' endpoints (runs-and-behaviour.md, "Calling the action"): within the time limit for connect,
 * headers and body together, never through a redirect, with at most 64 KB of the body, behind the OutboundGuard.
 */
@Injectable()
export class HttpCaller implements OnApplicationShutdown {
  private readonly pool: HttpPool;
  private closing: Promise<void> | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly guard: OutboundGuard,
  ) {
    this.pool = new HttpPool((options, callback, tenancyId) => guard.connect(options, callback, tenancyId), {
      maxIdle: config.maxCalls,
    });
  }

  /**
   * Makes one call, at most once, and returns its outcome. Nothing that the network or the endpoint does causes a
   * rejection: it rejects only for `data` that is not JSON, and after the caller is closed.
   */
  async call(request: HttpRequest): Promise<ActionOutcome> {
    if (this.closing !== null) throw new Error('The action caller is closed: no more calls are made.');
    const url = this.guard.examine(request.url);
    if (url.refusal !== null) return { kind: 'unreachable', code: REFUSED_CODE, message: url.refusal };
    const call = prepared(request, url.path);
    const connection = this.pool.take(url.origin);
    request.signal?.addEventListener('abort', () => connection.abort(call), { once: true });
    return connection.send(
      call,
      request.tenancyId,
      callLimitMs(request.timeoutMs, this.config.longestCallMs),
    );
  }

  /** Accepts no more calls and resolves when the open ones have ended, each at its own time limit at the latest. */
  close(): Promise<void> {
    this.closing ??= this.pool.close();
    return this.closing;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

function prepared(request: HttpRequest, path: string): PreparedCall {
  const { method, data } = request;
  const headers = ['accept-encoding', 'identity']; // bodies are not decompressed here, so compression must not be used
  for (const name in request.headers) headers.push(name, request.headers[name] ?? '');
  const body = bodyOf(request);
  if (body === null) return { path: data === null ? path : withQuery(path, data), method, headers, body };
  headers.push('content-type', 'application/json');
  return { path, method, headers, body };
}

/** Returns the body that a request has, null for none: the data of a GET or DELETE is in its query. */
export function bodyOf({ method, data }: Pick<HttpRequest, 'method' | 'data'>): string | null {
  return method === 'GET' || method === 'DELETE' ? null : data;
}
