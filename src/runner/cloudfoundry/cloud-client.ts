import type { ExchangeAnswer } from '../../outbound/exchange.js';
import { REFUSED_CODE } from '../../core/action-outcome.js';
import { PlatformUnreachable } from '../platform-failure.js';
import type { TaskRequestResult } from '../task-request-metrics.js';
import { isGranted, refusalOf } from './cloud-answer.js';
import type { CloudConnections, CloudRequest } from './cloud-connections.js';
import type { CloudTarget } from './cloud-target.js';
import type { CloudTokens } from './cloud-tokens.js';

const HIDDEN = '***';
const TOO_MANY = 429;

type Query = Readonly<Record<string, string | number | undefined>>;

/** Sends requests to one Cloud Controller in the name of one runner. The methods throw as the port does. */
export class CloudClient {
  constructor(
    private readonly connections: CloudConnections,
    private readonly tokens: CloudTokens,
    private readonly target: CloudTarget,
    /** Is told what becomes of each request. */
    private readonly onResult: (result: TaskRequestResult) => void = () => undefined,
  ) {}

  /** Returns the answer to a read. */
  get(path: string, query: Query = {}): Promise<ExchangeAnswer> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    const search = parameters.toString();
    return this.ask({ method: 'GET', path: search === '' ? path : `${path}?${search}`, body: null });
  }

  /** Returns the answer to an order; `document` is its body. */
  post(path: string, document: object | null = null): Promise<ExchangeAnswer> {
    return this.ask({ method: 'POST', path, body: document === null ? null : JSON.stringify(document) });
  }

  /** A token that was revoked is replaced once; who is refused with a new one is not let in. */
  private async ask(call: { method: 'GET' | 'POST'; path: string; body: string | null }) {
    const access = await this.tokens.access();
    let answer = await this.send(call, access);
    if (answer.status === 401) {
      this.tokens.drop(access);
      answer = await this.send(call, await this.tokens.access());
    }
    if (isGranted(answer)) return answer;
    throw refusalOf(answer);
  }

  private async send(
    { method, path, body }: { method: 'GET' | 'POST'; path: string; body: string | null },
    access: string,
  ): Promise<ExchangeAnswer> {
    const headers = {
      authorization: `bearer ${access}`,
      ...(body !== null && { 'content-type': 'application/json' }),
    };
    const request: CloudRequest = { url: `${this.target.api}${path}`, method, headers, body };
    const answer = await this.connections.send(request, this.target.caCertificate).catch((error: unknown) => {
      // Where the guard refuses, nothing is asked of anybody.
      if (!(error instanceof PlatformUnreachable && error.code === REFUSED_CODE)) this.onResult('failed');
      throw error;
    });
    this.onResult(resultOf(answer));
    // Texts of the answer are shown and stored: the token is not to be among them.
    return { ...answer, text: answer.text.replaceAll(access, HIDDEN) };
  }
}

function resultOf(answer: ExchangeAnswer): TaskRequestResult {
  if (isGranted(answer)) return 'ok';
  return answer.status === TOO_MANY ? 'limited' : 'failed';
}

/**
 * Returns a value for a filter that takes several with commas between them: the Cloud Controller decodes each once more,
 * so that a value may have a comma itself.
 */
export function filterValue(value: string): string {
  return encodeURIComponent(value);
}
