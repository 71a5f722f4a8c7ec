import { sendKept } from '../../api/kept-call.js';
import { Refusal } from '../../api/request.js';
import {
  jobRoute,
  scheduleRoute,
  type StoredJob,
  type WireJob,
  type WireSchedule,
} from '../../api/editor.js';
import type { Session } from '../../api/types.js';
import { faultsOf, type Faults } from './faults.js';
import type { EditorForm, Subject } from './form.js';
import { mergedWith } from './meanwhile.js';
import { requestsOf, type SaveRequest } from './requests.js';

/** What saving came to: the job that it was of, what is wrong with the fields, or what somebody else has changed. */
export type Saved =
  | { readonly kind: 'saved'; readonly jobId: number; readonly name: string }
  | { readonly kind: 'refused'; readonly faults: Faults }
  | { readonly kind: 'changed meanwhile'; readonly now: Subject };

interface Saving {
  readonly subject: Subject;
  readonly form: EditorForm;
  readonly session: Session | undefined;
  /** Told as soon as a part is stored: it is not sent again when the next part is refused. */
  readonly onStored: (subject: Subject) => void;
}

/**
 * Sends what has changed. It looks first, since the API knows no condition under which a change holds: a field that
 * somebody else changed since the form was opened is not overwritten unasked. Throws Refusal for what is not about
 * fields, and Unreachable.
 */
export async function save({ subject, form, session, onStored }: Saving): Promise<Saved> {
  let ended = subject.kind === 'new job' ? { jobId: 0, name: form.job?.name.trim() ?? '' } : subject.job;
  const requests = requestsOf(subject, form);
  const now = await standing(subject, requests, session);
  if (mergedWith(subject, now, form).clashes.length > 0) return { kind: 'changed meanwhile', now };
  for (const { part, method, path, body } of requests) {
    try {
      const { body: stored } = await sendKept<StoredJob | WireSchedule>(path, { method, body }, session);
      if (subject.kind === 'new job' && stored && 'name' in stored) ended = stored;
      if (subject.kind === 'job' && part === 'schedule' && stored && 'scheduleId' in stored)
        onStored({ ...subject, schedule: stored });
    } catch (error) {
      if (!(error instanceof Refusal) || !isOfFields(error)) throw error;
      return { kind: 'refused', faults: faultsOf(error.detail, part) };
    }
  }
  return { kind: 'saved', jobId: ended.jobId, name: ended.name };
}

/** What is wrong with a field, and what it needs that is not there, is said at the field. */
const isOfFields = ({ status, detail }: Refusal) =>
  status === 400 || (status === 409 && detail.startsWith("'signing'"));

/** Returns what is edited as it is stored now, as far as it is about to be changed. */
async function standing(
  subject: Subject,
  requests: readonly SaveRequest[],
  session: Session | undefined,
): Promise<Subject> {
  if (subject.kind === 'new job' || subject.kind === 'new schedule') return subject;
  const { jobId } = subject.job;
  const read = async <T>(part: SaveRequest['part'], path: string) =>
    requests.some((request) => request.part === part)
      ? (await sendKept<T>(path, {}, session)).body
      : undefined;
  if (subject.kind === 'job') {
    const job = await read<WireJob>('job', jobRoute(jobId));
    if (job) subject = { ...subject, job: { ...subject.job, ...job } };
  }
  if (!subject.schedule) return subject;
  const schedule = await read<WireSchedule>('schedule', scheduleRoute(jobId, subject.schedule.scheduleId));
  return schedule ? { ...subject, schedule } : subject;
}
