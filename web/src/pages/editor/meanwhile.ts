import { EDITOR } from '../../texts/editor.js';
import { formOf, type EditorForm, type JobForm, type ScheduleForm, type Subject } from './form.js';
import { settingLabel, settingShown } from './settings/setting-shown.js';

const { meanwhile: texts } = EDITOR;
const LONGEST = 300;

/** A field that is about to be changed, and that somebody else has changed since the form was opened. */
export interface Clash {
  readonly label: string;
  readonly stands: string;
  readonly typed: string;
}

/** What is typed, on top of what is stored now. */
export interface Merged {
  readonly clashes: readonly Clash[];
  /** What is typed, and of the other fields what is stored now. */
  readonly mine: EditorForm;
  /** What is stored now, wherever somebody else has changed it. */
  readonly theirs: EditorForm;
}

type Part = JobForm | ScheduleForm;

/** Returns what is typed together with what is stored now; `subject` is as it was when the form was filled. */
export function mergedWith(subject: Subject, now: Subject, form: EditorForm): Merged {
  const [began, stored] = [formOf(subject), formOf(now)];
  const job = mergedPart(form.job, began.job, stored.job);
  const schedule = mergedPart(form.schedule, began.schedule, stored.schedule);
  return {
    clashes: [...job.clashes, ...schedule.clashes],
    mine: { job: job.mine, schedule: schedule.mine },
    theirs: { job: job.theirs, schedule: schedule.theirs },
  };
}

interface MergedPart<P> {
  readonly clashes: readonly Clash[];
  readonly mine: P | null;
  readonly theirs: P | null;
}

function mergedPart<P extends Part>(typed: P | null, began: P | null, stored: P | null): MergedPart<P> {
  const clashes: Clash[] = [];
  if (!typed || !began || !stored) return { clashes, mine: typed, theirs: typed };
  let mine: P = typed;
  let theirs: P = typed;
  for (const field of Object.keys(typed) as (keyof P & string)[]) {
    const [here, before, there] = [typed, began, stored].map((part) => valueOf(part, field));
    const isTyped = here !== before;
    if (there === before) continue;
    theirs = { ...theirs, [field]: stored[field] };
    if (!isTyped) mine = { ...mine, [field]: stored[field] };
    else if (here !== there && field !== 'texts')
      clashes.push({ label: labelOf(field), stands: shown(there), typed: shown(here) });
  }
  return { clashes, mine, theirs };
}

/** Returns a field as it is compared: the kind and the text of a timing are one. */
function valueOf(part: Part, field: string): unknown {
  if ('texts' in part && (field === 'kind' || field === 'texts'))
    return `${EDITOR.text[part.kind]} ${part.texts[part.kind].trim()}`;
  return settingShown(part, field) ?? (part as unknown as Readonly<Record<string, unknown>>)[field];
}

function labelOf(field: string): string {
  const label = field === 'kind' ? EDITOR.schedule : field === 'active' ? texts.active : null;
  return (
    label ?? (EDITOR as unknown as Readonly<Record<string, string>>)[field] ?? settingLabel(field) ?? field
  );
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? texts.on : texts.off;
  const text = String(value);
  if (text === '') return texts.empty;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ...` : text;
}
