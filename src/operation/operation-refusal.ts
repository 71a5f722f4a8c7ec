import { DomainError, type ErrorCode } from '../core/errors.js';

/** A refusal with the number by which clients of the job API tell refusals of one status apart. */
export class OperationRefusal extends DomainError {
  constructor(
    code: ErrorCode,
    readonly reason: number,
    message: string,
  ) {
    super(code, message);
  }
}

// The numbers are those of async-operations.md.

/** The operation does not exist: never, no more, or not for this caller. */
export function unknownOperation(id: string): OperationRefusal {
  return new OperationRefusal('notFound', 1, `There is no job /api/jobs/${id.slice(0, 80)}.`);
}

/** What the operation does can no longer be stopped. */
export function notCancelable(why: string): OperationRefusal {
  return new OperationRefusal('notFound', 4, `The job cannot be canceled: ${why}`);
}

/** The status of an operation is kept while it runs. */
export function notEnded(): OperationRefusal {
  const message = 'The job has not ended: cancel it, or wait for its end, before deleting its status.';
  return new OperationRefusal('conflict', 40, message);
}

/** There is nothing left to cancel. */
export function alreadyEnded(): OperationRefusal {
  return new OperationRefusal('conflict', 41, 'The job has ended already: query its status.');
}

/** Somebody asked for the same before. */
export function alreadyCanceling(): OperationRefusal {
  return new OperationRefusal('conflict', 42, 'The job is being canceled already: query its status.');
}

/** The stream does not exist, or can no longer be opened. */
export function unknownStream(id: string): OperationRefusal {
  const message = `There is no stream with the id '${id.slice(0, 80)}': create one, and open it within some minutes.`;
  return new OperationRefusal('notFound', 1, message);
}
