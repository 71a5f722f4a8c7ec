import { send, type Answer, type Request } from './request.js';
import { rightsOf } from './signed-in.js';
import type { Session } from './types.js';

/** Sends a request with what was typed, for nobody but whoever opened the page. */
export function sendKept<T>(path: string, request: Request, opener: Session | undefined): Promise<Answer<T>> {
  return send<T>(path, request, opener ? rightsOf(opener) : null);
}
