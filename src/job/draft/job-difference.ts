import type { Instant } from '../../core/instant.js';
import { changedSettings } from '../../core/policy/settings.js';
import type { JobRow } from '../../database/entities/job.row.js';
import type { WorkKind } from '../../database/entities/job-work.row.js';
import { refuseReversed, withStoredInstants } from '../../schedule/schedule.draft.js';
import { refuseMisplaced } from './job-type.js';
import type { JobChange, Sealed } from './job.draft.js';

/** What a change of a job changed: names of fields, and what follows for the plans of its schedules. */
export interface JobDifference {
  readonly changed: readonly string[];
  readonly isReplanned: boolean;
  readonly wasActive: boolean;
  /** What went because the action has another origin: `'user' and 'password'`, `'headers'`. */
  readonly lost: readonly string[];
}

const PLANNED_BY: readonly string[] = ['active', 'startAt', 'endAt'];

/**
 * Writes new content into a row and returns what differs. Stored credentials do not go along to an action of
 * another origin. Throws InvalidInput for a reversed window.
 */
export function applyContent(
  row: JobRow,
  { policy, ...content }: Sealed<JobChange['content']>,
  now: Instant,
): JobDifference {
  const lost = lostCredentials(row, content);
  const areHeadersLost =
    movesElsewhere(row, content.action) && row.headers !== null && content.headers === null;
  const settings = changedSettings(row.policy, policy);
  const given = Object.fromEntries(
    Object.entries({ ...withStoredInstants(row, content), ...lost }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const before = { ...row };
  Object.assign(row, given, { policy: settings.text, modifiedAt: now });
  refuseReversed(row);
  refuseMisplaced(row, settings.changed);
  const changed = Object.keys(given).filter(
    // Content's fields are fields of the row by the same name.
    (name) => before[name as keyof JobRow] !== row[name as keyof JobRow],
  );
  return {
    // The headers are named by both: by their names, and by their values.
    changed: [...new Set([...changed, ...settings.changed])],
    isReplanned: changed.some((name) => PLANNED_BY.includes(name)),
    wasActive: before.active,
    lost: [...(lost === null ? [] : ["'user' and 'password'"]), ...(areHeadersLost ? ["'headers'"] : [])],
  };
}

const NO_CREDENTIALS = { actionUser: null, actionPassword: null };

/**
 * Returns the credentials that a job has left when its action moves to another origin (scheme, host, port): none.
 * They were given for one origin, and whoever changes the action need not know them. Null where they stay: where
 * the origin stays, there are none, or user and password are both given anew (rest-api.md, "PUT
 * /scheduler/jobs/{jobId}").
 */
function lostCredentials(
  row: JobRow,
  { action, actionUser, actionPassword }: Omit<JobChange['content'], 'policy' | 'headers'>,
) {
  if (!movesElsewhere(row, action)) return null;
  if (row.actionUser === null && row.actionPassword === null) return null;
  const areGivenAnew = typeof actionUser === 'string' && typeof actionPassword === 'string';
  return areGivenAnew ? null : NO_CREDENTIALS;
}

/** Returns whether a change takes the calls of a job to another origin (scheme, host, port). */
export function movesElsewhere({ kind, action: present }: JobRow, action: string | undefined): boolean {
  if (kind !== 'http' || action === undefined) return false;
  // URLs of one origin differ in case, notation of the host, or a default port that is written out.
  return new URL(action).origin !== new URL(present).origin;
}

/** Returns what a change of a job does with its schedules; null where it is nothing to them. */
export function workOf(row: JobRow, { changed, isReplanned, wasActive }: JobDifference): WorkKind | null {
  const isMoved = changed.includes('action') || changed.includes('runnerId');
  if (row.active !== wasActive) return row.active ? 'activate' : 'drop';
  if (row.active && isReplanned) return isMoved ? 'move' : 'edit';
  return isMoved ? 'forget' : null;
}

/** Returns what the action log says about a change; null where nothing but `active` changed, which has entries of its own. */
export function detailsOf({ changed, lost }: JobDifference): string | null {
  const others = changed.filter((name) => name !== 'active');
  if (others.length === 0) return null;
  const details = `Changed: ${others.join(', ')}`;
  if (lost.length === 0) return details;
  return `${details}. ${lost.join(' and ')} were cleared: 'action' has another scheme, host or port`;
}
