/** A request that the service refused: its status, and the sentence that it gave as a reason. */
export class Refusal extends Error {
  readonly detail: string;
  /** In how many seconds to ask again, where the service said so. */
  readonly retryAfterS: number | null;
  /** Under which number the service logged its own fault. */
  readonly requestId: string | null;
  /** What to write instead, where the service knows it. */
  readonly suggestion: string | null;

  constructor(
    readonly status: number,
    headers: Headers,
    text: string,
  ) {
    const detail = detailOf(text);
    super(detail);
    const wait = headers.get('Retry-After');
    this.detail = detail;
    this.retryAfterS = wait !== null && /^\d+$/.test(wait) ? Number(wait) : null;
    this.requestId = headers.get('X-Request-Id');
    this.suggestion = suggestionOf(text);
  }
}

/** A request that got no answer: the network, or the service, is away. */
export class Unreachable extends Error {}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: object;
  /** True for what nobody asked for just now: it does not keep a session alive. */
  readonly isPoll?: boolean;
  /** The tag of what is at hand: the answer is `unchanged` while it is still right. */
  readonly etag?: string | null;
  readonly signal?: AbortSignal;
}

export interface Answer<T> {
  /** Undefined where nothing has changed, and for answers without a body. */
  readonly body: T | undefined;
  readonly etag: string | null;
  /** When the service answered, by its own clock. */
  readonly asOf: Date;
}

/** With whose eyes every request looks, `tenant/{id}`; null for one's own. */
let scope: string | null = null;

/** Looks with the eyes of a tenant, for as long as this document lasts. */
export function lookAs(tenantId: string): void {
  scope = `tenant/${tenantId}`;
}

/** Returns the address of what the browser itself asks for, such as a file: it sends no header, so the address names the eyes. */
export function seenAddress(path: string): string {
  return scope === null ? path : `${path}${path.includes('?') ? '&' : '?'}scope=${scope}`;
}

/** Sends one request with the session's cookie. Throws Refusal and Unreachable; an aborted one throws AbortError. */
export async function send<T>(path: string, request: Request = {}): Promise<Answer<T>> {
  const { method = 'GET', body, signal = null } = request;
  const content = body === undefined ? null : JSON.stringify(body);
  const headers = headersOf(request);
  try {
    // The tag is kept here: the service forbids the browser to store answers.
    const response = await fetch(path, { method, headers, body: content, signal, cache: 'no-store' });
    const text = await response.text();
    if (!response.ok && response.status !== 304) throw new Refusal(response.status, response.headers, text);
    const told = text === '' ? undefined : (JSON.parse(text) as T);
    const asOf = new Date(response.headers.get('Date') ?? Date.now());
    return { body: told, etag: response.headers.get('ETag'), asOf };
  } catch (error) {
    if (signal?.aborted || error instanceof Refusal) throw error;
    // What a proxy says in between is no answer of the service either.
    throw new Unreachable('No answer came.', { cause: error });
  }
}

function headersOf({ method = 'GET', body, isPoll, etag }: Request): Headers {
  const headers = new Headers({ Accept: 'application/json' });
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (method !== 'GET') headers.set('X-Carillon-Dashboard', '1');
  if (isPoll) headers.set('X-Carillon-Poll', '1');
  if (etag) headers.set('If-None-Match', etag);
  if (scope) headers.set('X-Carillon-Scope', scope);
  return headers;
}

function suggestionOf(text: string): string | null {
  try {
    const { suggestion } = JSON.parse(text) as { suggestion?: unknown };
    return typeof suggestion === 'string' ? suggestion : null;
  } catch {
    return null;
  }
}

/** Returns the sentence of a refusal: each protocol has its own place for it, and the scheduler's a prefix. */
function detailOf(text: string): string {
  try {
    const { detail, message } = JSON.parse(text) as { detail?: unknown; message?: unknown };
    const sentence = detail ?? message;
    return typeof sentence === 'string' ? sentence.replace(/^Error (in|while) [^:]+: /, '') : '';
  } catch {
    return '';
  }
}
