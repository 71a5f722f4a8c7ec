import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, request, type Dispatcher } from 'undici';
import { OutboundGuard } from './outbound-guard.js';

const MOST_BYTES = 1_048_576;

/** A call that the service makes for itself. */
export interface JsonRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer, its body included, must be there within this time. */
  readonly withinMs: number;
  /**
   * True for an address that the operator configured: it may be private, or plain http. Any other, such as one that a
   * configured server handed out, is guarded like a tenant's.
   */
  readonly isConfigured: boolean;
}

/** An answer, whatever its status; its body is that of a JSON document, null where it is none. */
export interface JsonAnswer {
  readonly status: number;
  readonly isOk: boolean;
  readonly body: unknown;
}

/**
 * Calls authorization servers and registries: never through a redirect, within a time limit, and for at most 1 MB of an
 * answer.
 */
@Injectable()
export class JsonClient implements OnApplicationShutdown {
  private readonly unguarded = new Agent({ connections: 16, keepAliveTimeout: 1_500 });

  constructor(private readonly guard: OutboundGuard) {}

  /** Makes one call. Rejects where there is no answer in time, where it is too long, and with OutboundRefused. */
  async send({ url, method = 'GET', headers, body, ...how }: JsonRequest): Promise<JsonAnswer> {
    const dispatcher = how.isConfigured ? this.unguarded : this.guard.agent;
    const signal = AbortSignal.timeout(how.withinMs);
    const accept = { accept: 'application/json', ...headers };
    const answer = await request(url, { dispatcher, method, headers: accept, body: body ?? null, signal });
    const status = answer.statusCode;
    return { status, isOk: status >= 200 && status < 300, body: await jsonOf(url, answer.body) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.unguarded.close();
  }
}

async function jsonOf(url: string, body: Dispatcher.ResponseData['body']): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // The types of streams leave the parts open; those of an answer are bytes.
  for await (const part of body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error(`${url} answers with more than ${MOST_BYTES} bytes.`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
