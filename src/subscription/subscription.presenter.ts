import type { Response } from 'express';
import type { HookAnswer } from './subscription.service.js';

/** Returns a hook in the registry's form: the tenant's URL as text; 202 where it goes on. */
export function sendText(response: Response, { isPending, url }: HookAnswer): void {
  response
    .status(isPending ? 202 : 200)
    .type('text/plain')
    .send(url ?? '');
}

/** Returns a hook in the Subscription Manager's form. */
export function sendManagerAnswer(response: Response, { isPending, url }: HookAnswer): void {
  response.status(isPending ? 202 : 200).json(url === null ? {} : { applicationURL: url });
}
