import { sendKept } from '../../api/kept-call.js';
import { Refusal } from '../../api/request.js';
import type { StoredJob, WireSchedule } from '../../api/editor.js';
import type { Session } from '../../api/types.js';
import { faultsOf, type Faults } from './faults.js';
import type { EditorForm, Subject } from './form.js';
import { requestsOf } from './requests.js';

/** What saving came to: the job that it was of, or what is wrong with the fields. */
export type Saved =
  | { readonly kind: 'saved'; readonly jobId: number; readonly name: string }
  | { readonly kind: 'refused'; readonly faults: Faults };

interface Saving {
  readonly subject: Subject;
  readonly form: EditorForm;
  readonly session: Session | undefined;
  /** Told as soon as a part is stored: it is not sent again when the next part is refused. */
  readonly onStored: (subject: Subject) => void;
}

/** Sends what has changed. Throws Refusal for what is not about fields, and Unreachable. */
export async function save({ subject, form, session, onStored }: Saving): Promise<Saved> {
  let ended = subject.kind === 'new job' ? { jobId: 0, name: form.job?.name.trim() ?? '' } : subject.job;
  for (const { part, method, path, body } of requestsOf(subject, form)) {
    try {
      const { body: stored } = await sendKept<StoredJob | WireSchedule>(path, { method, body }, session);
      if (subject.kind === 'new job' && stored && 'name' in stored) ended = stored;
      if (subject.kind === 'job' && part === 'schedule' && stored && 'scheduleId' in stored)
        onStored({ ...subject, schedule: stored });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 400) throw error;
      return { kind: 'refused', faults: faultsOf(error.detail, part) };
    }
  }
  return { kind: 'saved', jobId: ended.jobId, name: ended.name };
}
