import { Logger } from '@nestjs/common';
import { OWN_FAULT_CODE, REFUSED_CODE } from '../core/action-outcome.js';
import { firstCharacters } from '../core/text/first-characters.js';
import { NOT_PUBLIC_HOST } from './outbound-guard.js';
import { isUnknownHost } from './outbound-refusals.js';

/** What `runText` says of a call without an answer. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The code of a call that ended because this service stops: it tells nothing of the other side. */
export const STOPPING_CODE = 'ECANCELED';
const STOPPING: Failure = { code: STOPPING_CODE, message: 'This service is stopping.' };

/** Errors of undici, in codes of the system, which users know. */
const KNOWN: Readonly<Record<string, Failure>> = {
  UND_ERR_SOCKET: { code: 'ECONNRESET', message: 'The endpoint closed the connection before it answered.' },
  UND_ERR_CONNECT_TIMEOUT: { code: 'ETIMEDOUT', message: 'No connection came about within the time limit.' },
  UND_ERR_CLOSED: STOPPING,
  UND_ERR_DESTROYED: STOPPING,
  UND_ERR_INVALID_ARG: { code: 'EINVAL', message: 'The request has a header or a path that cannot be sent.' },
};
/** A name that is not known and one that is not public read the same (runs-and-behaviour.md, "Outbound safety"). */
const UNKNOWN_HOST: Failure = { code: REFUSED_CODE, message: NOT_PUBLIC_HOST };
const UNKNOWN: Failure = { code: OWN_FAULT_CODE, message: 'The call failed inside this service.' };

/** This service does not trust what it would be connected to: its guard, or the other side's certificate, says no. */
const DISTRUSTED_CODE =
  /^(OUTBOUND_REFUSED|EPROTO|ERR_TLS_[A-Z_]+|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_[A-Z_]+|[A-Z_]*CRL[A-Z_]*|HOSTNAME_MISMATCH)$/;

/** Returns whether a code of `failureOf` says that the destination is not trusted, so that another try is in vain. */
export function isDistrusted(code: string): boolean {
  return DISTRUSTED_CODE.test(code);
}

/** Errors of the network, of name servers and of certificates have codes that Node.js documents for users. */
const SHOWN_CODE =
  /^(E[A-Z0-9_]+|[A-Z_]*CERT[A-Z_]*|UNABLE_TO_[A-Z_]+|[A-Z_]*CRL[A-Z_]*|HOSTNAME_MISMATCH|OUTBOUND_REFUSED)$/;
const INTERNAL_CODE = /^ERR_(?!TLS_)/;
const LONGEST_MESSAGE = 500;
const log = new Logger('CallFailure');

/**
 * Returns what `runText` says about a network error: its code and one line of text. Names and assertions of the
 * libraries that make the call are never in it: they are logged.
 */
export function failureOf(error: Error): Failure {
  // Several addresses were tried: the first failure is reported for all.
  const { errors } = error as { readonly errors?: readonly Error[] }; // only an AggregateError has it
  const told = errors?.[0] ?? error;
  const code = 'code' in told && typeof told.code === 'string' ? told.code : '';
  if (isUnknownHost(told) || told.message === NOT_PUBLIC_HOST) return UNKNOWN_HOST;
  const known = KNOWN[code];
  if (known !== undefined) return known;
  if (code.startsWith('ERR_SSL_') || told.message.includes(':SSL routines:')) return handshakeFailure(told);
  if (SHOWN_CODE.test(code) && !INTERNAL_CODE.test(code)) return { code, message: oneLine(told.message) };
  log.error(`A call failed inside the HTTP client: ${told.name} ${code} ${oneLine(told.message)}`);
  return UNKNOWN;
}

/** The message of OpenSSL names its source files; only its reason is for users. */
function handshakeFailure(error: Error): Failure {
  const { reason } = error as { readonly reason?: unknown };
  const why = typeof reason === 'string' ? reason : 'the endpoint does not speak TLS as expected';
  return { code: 'EPROTO', message: `The TLS handshake failed: ${oneLine(why)}.` };
}

function oneLine(text: string): string {
  return firstCharacters(text.replace(/\s+/g, ' '), LONGEST_MESSAGE);
}
