import { DomainError, type ErrorCode } from '../core/errors.js';

/** A refusal under `/api`, with the number by which clients tell refusals of one status apart (async-operations.md). */
export class ApiRefusal extends DomainError {
  constructor(
    code: ErrorCode,
    readonly reason: number,
    message: string,
  ) {
    super(code, message);
  }
}
