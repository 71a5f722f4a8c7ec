import { CannotStart } from '../../config/cannot-start.js';
import type { HeaderValues } from '../../core/policy/headers.js';
import type { Sealing } from './sealing.js';

/** Returns the text that may be stored for the headers of a job. */
export function sealHeaders(sealing: Sealing, headers: HeaderValues): string {
  return sealing.seal(JSON.stringify(headers));
}

/** Returns the headers of a stored text. Throws CannotStart where no configured value opens it. */
export function openHeaders(sealing: Sealing, stored: string): HeaderValues {
  return JSON.parse(sealing.open(stored)) as HeaderValues; // written by `sealHeaders` alone
}

/** Returns the same where they can be opened, and none where they cannot: whoever gives all values anew needs none of these. */
export function readableHeaders(sealing: Sealing, stored: string): HeaderValues {
  try {
    return openHeaders(sealing, stored);
  } catch (error) {
    if (error instanceof CannotStart) return {};
    throw error;
  }
}
