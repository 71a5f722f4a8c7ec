import { DomainError, type ErrorCode } from '../core/errors.js';

/** A refusal under `/api`. Clients tell refusals of the same status apart by `reason` (async-operations.md). */
export class ApiRefusal extends DomainError {
  constructor(
    code: ErrorCode,
    readonly reason: number,
    message: string,
  ) {
    super(code, message);
  }
}
