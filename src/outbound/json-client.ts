import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, fetch, type buildConnector, type Response } from 'undici';
import { OutboundGuard, OutboundRefused } from './outbound-guard.js';

const MOST_BYTES = 1_048_576;
/**
 * Servers close an idle connection after some seconds. This side closes first, so that no call uses a closed
 * connection.
 */
const KEEP_ALIVE = { keepAliveTimeout: 1_500, keepAliveMaxTimeout: 4_000 };

/** One call to a registry, an authorization server, or another service of the platform. */
export interface JsonRequest {
  readonly url: string;
  /**
   * The configured URL that is the reason for this call. A `url` with the same scheme, host and port is called
   * wherever it is. Any other `url`, and every `url` where this is null, is called only where a tenant's action
   * may be called.
   */
  readonly operatorUrl: string | null;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text, whose content type is in the headers, or a form. */
  readonly body?: string | URLSearchParams;
  /** Time limit for connect, headers and body together. */
  readonly timeoutMs: number;
}

/**
 * Calls services other than the tenants' endpoints: within a time limit, without following redirects, with a
 * limited answer size, through the OutboundGuard and its resolver (runs-and-behaviour.md, "Outbound safety").
 * Connections to trusted destinations are kept separately, so that a guarded call never uses one of them.
 */
@Injectable()
export class JsonClient implements OnApplicationShutdown {
  private readonly guarded: Agent;
  private readonly trusted: Agent;

  constructor(private readonly guard: OutboundGuard) {
    this.guarded = agentOver((options, callback) => void guard.connect(options, callback));
    this.trusted = agentOver((options, callback) => guard.connectTrusted(options, callback));
  }

  /**
   * Returns the JSON document of the answer. Throws where there is no answer, its status is not one of 200 to
   * 299, or it is longer than 1 MiB or not JSON; throws OutboundRefused where the URL may not be called.
   */
  async fetchJson(request: JsonRequest): Promise<unknown> {
    const response = await this.call(request);
    if (response.ok) return jsonOf(response, request.url);
    await response.body?.cancel();
    throw new Error(`${request.url} answered ${response.status}.`);
  }

  /** Returns the HTTP status of the answer; the body is not read. Throws like `fetchJson` where there is no answer. */
  async fetchStatus(request: JsonRequest): Promise<number> {
    const response = await this.call(request);
    await response.body?.cancel();
    return response.status;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.guarded.destroy(), this.trusted.destroy()]);
  }

  private async call({ url, operatorUrl, timeoutMs, ...request }: JsonRequest): Promise<Response> {
    const isTrusted = operatorUrl !== null && new URL(url).origin === new URL(operatorUrl).origin;
    const refusal = isTrusted ? null : this.guard.examine(url).refusal;
    if (refusal !== null) throw new OutboundRefused(refusal);
    return fetch(url, {
      ...request,
      headers: { Accept: 'application/json', ...request.headers },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      dispatcher: isTrusted ? this.trusted : this.guarded,
    }).catch((error: unknown) => {
      throw causeOf(error);
    });
  }
}

function agentOver(connect: buildConnector.connector): Agent {
  return new Agent({ ...KEEP_ALIVE, connect, connections: 16 });
}

async function jsonOf(response: Response, url: string): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // The types of fetch do not say what the parts of a body are; they are bytes.
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error(`${url} answered more than ${MOST_BYTES} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    // The parser's own message repeats the text that it read, which may be a secret.
    throw new Error(`${url} answered something that is not JSON.`);
  }
}

/**
 * Returns why a fetch failed, which is in the cause of its error. Where several addresses were tried, the first
 * failure is reported for all.
 */
function causeOf(error: unknown): unknown {
  const { cause = error } = error as { readonly cause?: unknown }; // fetch rejects with errors only
  const { errors } = cause as { readonly errors?: readonly unknown[] }; // only an AggregateError has it
  return errors?.[0] ?? cause;
}
