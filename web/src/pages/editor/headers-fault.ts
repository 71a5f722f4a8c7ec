import { EDITOR_SETTINGS } from '../../texts/editor-settings.js';
import type { JobForm, Subject } from './form.js';
import { typedHeaders } from './settings/call-form.js';

/** Returns whether an action is of another scheme, host or port than the stored one: what is stored does not go along. */
export function movesElsewhere(subject: Subject, action: string): boolean {
  const origin = originOf(action);
  return subject.kind === 'job' && origin !== null && origin !== originOf(subject.job.action);
}

/** Returns what is wrong with the headers of a call; none is fine. Stored values go along to no other host. */
export function headersFault(subject: Subject, { headers, action }: JobForm): string | undefined {
  const typed = typedHeaders(headers);
  const names = typed.map(({ name }) => name.toLowerCase());
  const twice = typed.find(({ name }, place) => names.indexOf(name.toLowerCase()) < place);
  if (twice) return EDITOR_SETTINGS.sameHeader(twice.name);
  const empty = typed.find(({ value }) => value === '');
  if (empty) return EDITOR_SETTINGS.noHeaderValue(empty.name);
  const isKept = typed.some(({ value }) => value === null);
  return isKept && movesElsewhere(subject, action) ? EDITOR_SETTINGS.headersStay : undefined;
}

function originOf(url: string): string | null {
  return URL.canParse(url.trim()) ? new URL(url.trim()).origin : null;
}
