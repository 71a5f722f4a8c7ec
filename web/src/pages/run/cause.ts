import { CAUSES, type CauseKind, type CauseWords, type Owner } from '../../texts/causes.js';
import type { Outcome } from './outcome.js';

/** Why a run came out as it did: what happened, whose it is, and what to try. */
export interface Cause extends CauseWords {
  readonly kind: CauseKind;
  readonly owner: Owner;
}

/** Returns why a run did not simply succeed; null for one that did, and for one of which nothing is known yet. */
export function causeOf(outcome: Outcome): Cause | null {
  const kind = outcome.action === 'cf_task' ? kindOfTask(outcome) : kindOfCall(outcome);
  if (kind === null) return null;
  const { owner, say } = CAUSES[kind];
  return { kind, owner, ...say(outcome) };
}

function kindOfCall(outcome: Outcome): CauseKind | null {
  const { state, httpStatus } = outcome;
  switch (state) {
    case 'SCHEDULED':
    case 'TRIGGERED':
    case 'ACK_RECVD':
    case 'RETRYING':
    case 'SKIPPED':
      return null;
    case 'ACK_NOT_RECVD':
      return 'unheard';
    case 'SUCCESS':
      return isRedirect(outcome) ? 'redirect' : null;
    case 'UNKNOWN':
      return httpStatus === null ? 'noAnswer' : 'noReport';
    case 'TIMEOUT':
      return 'taskTimeout';
    case 'ERROR':
    case 'REQUEST_ERROR':
      if (isCanceled(outcome)) return 'canceled';
      if (ownWordOf(outcome) !== null) return ownWordOf(outcome);
      if (outcome.isReported) return 'reported';
      return httpStatus === null ? kindOfCode(outcome.text) : kindOfStatus(httpStatus);
  }
}

/** A report of the application says more than how its endpoint answered before. */
function isRedirect({ httpStatus, isReported }: Outcome): boolean {
  return !isReported && httpStatus !== null && httpStatus >= 300 && httpStatus < 400;
}

function isCanceled({ state, text, isReported }: Outcome): boolean {
  return state === 'ERROR' && text === 'canceled' && !isReported;
}

/** What the service itself writes of a run that it ends because of a setting (schedule-extensions.md). */
function ownWordOf({ state, text, isReported }: Outcome): CauseKind | null {
  if (state === 'REQUEST_ERROR' && text === 'endpoint unavailable, not called') return 'endpointAway';
  if (state !== 'ERROR' || isReported) return null;
  if (text === 'canceled by the next run') return 'overtaken';
  return text === 'given up' ? 'givenUp' : null;
}

function kindOfStatus(status: number): CauseKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'notFound';
  if (status === 429) return 'tooMany';
  if (status >= 502 && status <= 504) return 'unavailable';
  if (status >= 500 && status < 600) return 'broke';
  return status >= 400 && status < 500 ? 'rejected' : 'other';
}

/** Codes of calls without an answer, as `runText` has them (docs/contract/runs-and-behaviour.md). */
const CODES: readonly (readonly [RegExp, CauseKind])[] = [
  [/^ECONNREFUSED$/, 'refused'],
  [/^(ECONNRESET|EPIPE|ECONNABORTED)$/, 'reset'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'hostUnreachable'],
  [/^ETIMEDOUT$/, 'noConnection'],
  [/^(ENOTFOUND|ENODATA|EAI_\w+|ESERVFAIL|ETIMEOUT|EREFUSED)$/, 'nameServer'],
  [/CERT|^(UNABLE_TO_\w+|HOSTNAME_MISMATCH|ERR_TLS_\w+)$|CRL/, 'certificate'],
  [/^EPROTO$/, 'notHttp'],
  [/^EINVAL$/, 'unsendable'],
  [/^ECANCELED$/, 'stopping'],
  [/^CARILLON_INTERNAL$/, 'internal'],
  [/^LOGIN_REFUSED$/, 'loginRefused'],
];
const FAILURE = /^Request Error: Code:-([A-Z0-9_]+), Message:-([\s\S]*)$/;

function kindOfCode(text: string): CauseKind {
  const [, code = '', message = ''] = FAILURE.exec(text) ?? [];
  if (code === '') return 'other';
  // Of a name the guard says on purpose not more than this.
  if (code === 'OUTBOUND_REFUSED')
    return message.startsWith('The host of the URL is not known') ? 'notPublic' : 'guarded';
  if (code === 'EPROTO' && message.startsWith('The TLS handshake failed')) return 'tls';
  return CODES.find(([codes]) => codes.test(code))?.[1] ?? 'otherCode';
}

/** Texts that Cloud Foundry and the watch over its tasks write (docs/contract/cf-tasks.md, "One run"). */
const TASK_TEXTS: readonly (readonly [RegExp, CauseKind])[] = [
  [/^The task is not known any more/, 'taskGone'],
  [/^The task was never created/, 'taskNeverCreated'],
  [/^Exited with status -?\d+$/, 'taskExited'],
  [/expired in PENDING/, 'taskPending'],
];

function kindOfTask(outcome: Outcome): CauseKind | null {
  const { state, httpStatus, text } = outcome;
  if (state === 'TIMEOUT' || state === 'UNKNOWN') return 'taskTimeout';
  if (state !== 'ERROR' && state !== 'REQUEST_ERROR') return null;
  if (isCanceled(outcome)) return 'canceled';
  if (ownWordOf(outcome) !== null) return ownWordOf(outcome);
  if (httpStatus === null && FAILURE.test(text)) return kindOfCode(text);
  if (httpStatus !== null && httpStatus >= 400) return 'taskRefused';
  return TASK_TEXTS.find(([texts]) => texts.test(text))?.[1] ?? 'taskFailed';
}
