import type { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import { pathText } from '../../http/validation.js';
import type { LoginAnswered } from './runner.draft.js';

/** What an answer has beside what may be changed: it may be sent back, and changes nothing. */
export const ANSWERED = ['runnerId', 'spaceName', 'state', 'problem', 'checkedAt', 'createdAt', 'warnings'];

const OF_CREDENTIALS = ['user', 'password', 'origin', 'clientId', 'clientSecret'];
const OF_VARIABLE = ['cf_api', 'space_id', 'application_id'];
const MOST_TOLD = 10;

/** Refuses fields that are not known, and says where they belong: what is ignored would seem to hold. */
export function refuseUnknown(known: readonly string[]) {
  return (body: object, context: z.RefinementCtx): void => {
    const unknown = Object.keys(body).filter((field) => !known.includes(field));
    for (const field of unknown.slice(0, MOST_TOLD)) {
      const name = `'${pathText([field])}'`;
      context.addIssue({ code: 'custom', path: [field], message: `${name} ${whereOf(field)}` });
    }
  };
}

/** Throws InvalidInput where a body says another login beside `credentials` than the one that is stored. */
export function refuseOtherLogin(stored: RunnerRow, answered: LoginAnswered): void {
  const { loginKind, loginName, origin } = stored;
  const present: LoginAnswered = { [loginKind === 'password' ? 'user' : 'clientId']: loginName, origin };
  for (const field of ['user', 'clientId', 'origin'] as const) {
    if (answered[field] === undefined || answered[field] === present[field]) continue;
    throw new InvalidInput(`'${field}' ${whereOf(field)}`, field);
  }
}

function whereOf(field: string): string {
  if (OF_CREDENTIALS.includes(field)) return "belongs into 'credentials'";
  if (OF_VARIABLE.includes(field)) return "belongs into 'vcapApplication'";
  return 'is not known: leave it out';
}
