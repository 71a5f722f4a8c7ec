/**
 * The meaning of a refusal, independent of the protocol that carries it. Only the HTTP filter maps a code to a
 * status and an envelope (architecture.md, "Errors").
 */
export type ErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'methodNotAllowed'
  | 'conflict'
  | 'tooLarge'
  | 'unsupportedMediaType'
  | 'tooManyRequests'
  | 'unavailable';

/**
 * The only error that is thrown on purpose. `message` is for a person: it names the value, the place and the
 * remedy. `field` is the path of the field with the error, where there is one.
 */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field?: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * A value that the contract does not permit. `field` names the field; the message shows the value (cut at 80
 * characters) and the remedy. `suggestion` is a value that could be meant, where the caller is to be offered it.
 */
export class InvalidInput extends DomainError {
  constructor(
    message: string,
    field?: string,
    readonly suggestion?: string,
  ) {
    super('invalid', message, field);
  }
}

/**
 * The object does not exist, or does not exist for this caller. No answer shows which of the two it is
 * (rest-api.md, "Conventions").
 */
export class NotFound extends DomainError {
  constructor(message: string) {
    super('notFound', message);
  }
}

/** The object is in a state that does not permit the request. */
export class Conflict extends DomainError {
  constructor(message: string) {
    super('conflict', message);
  }
}

/** The caller is known but does not have the right. */
export class Forbidden extends DomainError {
  constructor(message: string) {
    super('forbidden', message);
  }
}

/** The caller is not known: it sent no credentials, or credentials that are not valid. */
export class Unauthenticated extends DomainError {
  constructor(message: string) {
    super('unauthenticated', message);
  }
}

/**
 * Returns a value in the form in which messages show it: text in quotes, everything else as JSON, cut at 80
 * characters.
 */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  const characters = Array.from(text);
  return characters.length > 80 ? `${characters.slice(0, 80).join('')}...` : text;
}
