/**
 * What a refusal means, independent of the protocol that carries it. The HTTP filter alone maps a code to a
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
 * The only thing that is thrown on purpose. `message` is for a person: it names the value, the place and the
 * remedy; `field` is the path of the offending field where there is one.
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

/** A value that the contract does not permit; `field` says which, the message shows it (cut at 80 characters) and the remedy. */
export class InvalidInput extends DomainError {
  constructor(message: string, field?: string) {
    super('invalid', message, field);
  }
}

/** The object does not exist, or not for this caller: the two are told apart nowhere (rest-api.md, "Conventions"). */
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

/** The caller is known and has not the right. */
export class Forbidden extends DomainError {
  constructor(message: string) {
    super('forbidden', message);
  }
}

/** The caller is not known: no credentials, or credentials that do not hold. */
export class Unauthenticated extends DomainError {
  constructor(message: string) {
    super('unauthenticated', message);
  }
}

/** Returns a value as a message shows it: text in quotes, everything else as JSON, cut at 80 characters. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  const characters = Array.from(text);
  return characters.length > 80 ? `${characters.slice(0, 80).join('')}...` : text;
}
