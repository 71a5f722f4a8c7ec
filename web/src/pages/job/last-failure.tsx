import type { JobDetail } from '../../api/types.js';
import { Message } from '../../controls/message.js';
import { runPath } from '../../paths.js';
import { TEXTS } from '../../texts.js';

const { job: texts } = TEXTS;

/** What the endpoint or the application said when a schedule failed last, and the way to that run. */
export function LastFailure({ job }: { readonly job: JobDetail }) {
  const runs = job.results.flatMap(({ failing }) => failing?.lastRun ?? []);
  const last = runs.toSorted((a, b) => b.plannedAt - a.plannedAt)[0];
  if (!last) return null;
  return (
    <Message kind="error" title={texts.said}>
      {last.text && <p class="said">{last.text}</p>}
      <p>
        {texts.mend} <a href={runPath(last.id)}>{texts.openRun}</a>
      </p>
    </Message>
  );
}
