import { DomainError } from '../core/errors.js';
import { firstCharacters } from '../core/text/first-characters.js';
import { ApiRefusal } from '../http/api-refusal.js';

// The numbers are those of async-operations.md.

/** The operation does not exist: it never did, it no longer does, or it does not exist for this caller. */
export function unknownOperation(id: string): ApiRefusal {
  return new ApiRefusal('notFound', 1, `There is no job /api/jobs/${firstCharacters(id, 80)}.`);
}

/** The work of the operation can no longer be stopped. */
export function notCancelable(why: string): ApiRefusal {
  return new ApiRefusal('notFound', 4, `The job cannot be canceled: ${why}`);
}

/** The status of an operation cannot be deleted while the operation runs. */
export function notEnded(): ApiRefusal {
  const message = 'The job has not ended: cancel it, or wait for its end, before deleting its status.';
  return new ApiRefusal('conflict', 40, message);
}

/** So many operations of the tenant have not ended that no more can be kept. */
export function tooManyOpen(open: number): DomainError {
  return new DomainError(
    'tooManyRequests',
    `The tenant has ${open} operations that have not ended, and no more can be kept: wait until some have ended.`,
  );
}

/** So many back-fills and bulk replays of the tenant have not ended that no more may begin. */
export function tooManyPaced(open: number): DomainError {
  return new DomainError(
    'tooManyRequests',
    `The tenant has ${open} back-fills and bulk replays that have not ended, and no more may run at once: wait until one has ended, or cancel one.`,
  );
}

/** The operation has already ended, so there is nothing left to cancel. */
export function alreadyEnded(): ApiRefusal {
  return new ApiRefusal('conflict', 41, 'The job has ended already: query its status.');
}

/** Somebody has already asked to cancel this operation. */
export function alreadyCanceling(): ApiRefusal {
  return new ApiRefusal('conflict', 42, 'The job is being canceled already: query its status.');
}
