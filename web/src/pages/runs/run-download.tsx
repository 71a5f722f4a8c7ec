import { JOB } from '../../texts/job.js';
import { FileLinks } from './file-links.js';
import { STATE_FILTERS } from './run-filter.js';
import { RunFields, useRunFields, type ChosenRuns } from './run-fields.js';

/** What has not run yet has no log. */
const WITH_LOGS = STATE_FILTERS.filter((state) => state !== 'planned');
const ALL: ChosenRuns = { state: null, from: null, to: null };

interface DownloadProps {
  readonly what: { readonly jobId: string } | { readonly scheduleId: string };
  readonly text: string;
  /** What is chosen at first. */
  readonly filter?: ChosenRuns;
}

/** The run logs of a job or a schedule as a file: of a result and a time that are chosen here. */
export function Download({ what, text, filter = ALL }: DownloadProps) {
  const fields = useRunFields(filter);
  // Without the times that somebody began to type the file would hold something else than is meant.
  const check = (event: Event) => fields.read() ?? event.preventDefault();
  return (
    <section aria-labelledby="download">
      <h2 id="download">{JOB.download}</h2>
      <p class="quiet">{text}</p>
      <div class="run-fields">
        <RunFields fields={fields} id="download-" states={WITH_LOGS} />
        <div class="actions">
          <FileLinks chosen={fields.chosen} place={what} onPress={check} />
        </div>
      </div>
    </section>
  );
}
