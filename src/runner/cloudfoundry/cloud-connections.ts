import { createSecureContext, rootCertificates } from 'node:tls';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent } from 'undici';
import { CONFIG, type Config } from '../../config/config.js';
import { REFUSED_CODE } from '../../core/action-outcome.js';
import { failureOf, isDistrusted } from '../../outbound/call-failure.js';
import {
  exchange,
  ExchangeFailed,
  type ExchangeAnswer,
  type ExchangeRequest,
} from '../../outbound/exchange.js';
import { OutboundGuard } from '../../outbound/outbound-guard.js';
import { PlatformUnreachable } from '../platform-failure.js';

/** What is sent to a Cloud Controller or its UAA. */
export type CloudRequest = Pick<ExchangeRequest, 'url' | 'method' | 'headers' | 'body'>;

/** A page of 100 tasks with all that users may write into it has some hundred KB. */
const MOST_BYTES = 8 * 1_048_576;
/** So many sets of certificates have connections at a time: each takes half a megabyte. */
const MOST_AGENTS = 100;
/** Servers close idle connections after some seconds. This side closes first, so that no request uses a closed one. */
const KEEP_ALIVE = { keepAliveTimeout: 1_500, keepAliveMaxTimeout: 4_000 };

/**
 * The connections to Cloud Controllers and UAAs: through the OutboundGuard, each request within the time limit of a call
 * to an endpoint. Runners with certificates of their own share no connection with others.
 */
@Injectable()
export class CloudConnections implements OnApplicationShutdown {
  private readonly usual: Agent;
  private readonly byCertificate = new Map<string, Agent>();

  constructor(
    private readonly guard: OutboundGuard,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.usual = new Agent({ ...KEEP_ALIVE, connect: (...call) => void guard.connect(...call) });
  }

  /**
   * Sends a request once and returns the answer, whatever its status. `caCertificate` holds authorities (PEM) that are
   * trusted beside the usual ones. Throws PlatformUnreachable where no complete answer came.
   */
  async send(request: CloudRequest, caCertificate: string | null): Promise<ExchangeAnswer> {
    const { refusal } = this.guard.examine(request.url);
    if (refusal !== null) throw unreachable(REFUSED_CODE, refusal, false);
    const headers = { accept: 'application/json', ...request.headers };
    const limits = { timeoutMs: this.config.actionTimeoutMs, mostBytes: MOST_BYTES };
    try {
      return await exchange(this.agentFor(caCertificate), { ...request, headers, ...limits });
    } catch (error) {
      if (!(error instanceof ExchangeFailed)) throw error;
      const { code, message } = failureOf(error.failure);
      throw unreachable(code, message, error.wasSent);
    }
  }

  /**
   * Breaks off what is still open. Whoever orders a task was waited for before that, as long as may be; a look or a check
   * that a silent server holds up is worth no wait.
   */
  async onApplicationShutdown(): Promise<void> {
    const agents = [this.usual, ...this.byCertificate.values()];
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  private agentFor(caCertificate: string | null): Agent {
    if (caCertificate === null) return this.usual;
    const known = this.byCertificate.get(caCertificate);
    if (known !== undefined) return known;
    const [oldest] = this.byCertificate;
    if (oldest !== undefined && this.byCertificate.size >= MOST_AGENTS) {
      this.byCertificate.delete(oldest[0]);
      void oldest[1].close(); // once its requests have ended
    }
    const context = createSecureContext({ ca: [...rootCertificates, caCertificate] });
    const agent = new Agent({ ...KEEP_ALIVE, connect: this.guard.accepting(context) });
    this.byCertificate.set(caCertificate, agent);
    return agent;
  }
}

function unreachable(code: string, message: string, wasSent: boolean): PlatformUnreachable {
  return new PlatformUnreachable(code, message, { wasSent, isDistrusted: isDistrusted(code) });
}
