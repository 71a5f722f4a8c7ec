import { ApiRefusal } from '../http/api-refusal.js';

// The numbers are those of async-operations.md.

/** The operation does not exist: never, no more, or not for this caller. */
export function unknownOperation(id: string): ApiRefusal {
  return new ApiRefusal('notFound', 1, `There is no job /api/jobs/${id.slice(0, 80)}.`);
}

/** What the operation does can no longer be stopped. */
export function notCancelable(why: string): ApiRefusal {
  return new ApiRefusal('notFound', 4, `The job cannot be canceled: ${why}`);
}

/** The status of an operation is kept while it runs. */
export function notEnded(): ApiRefusal {
  const message = 'The job has not ended: cancel it, or wait for its end, before deleting its status.';
  return new ApiRefusal('conflict', 40, message);
}

/** There is nothing left to cancel. */
export function alreadyEnded(): ApiRefusal {
  return new ApiRefusal('conflict', 41, 'The job has ended already: query its status.');
}

/** Somebody asked for the same before. */
export function alreadyCanceling(): ApiRefusal {
  return new ApiRefusal('conflict', 42, 'The job is being canceled already: query its status.');
}
