import type { Instant } from '../../../core/instant.js';
import { csvLine } from './csv.js';
import type { downloadedRun } from './run.presenter.js';

type Downloaded = ReturnType<typeof downloadedRun>;

/** A form in which runs are downloaded. */
export interface DownloadForm {
  readonly type: string;
  readonly extension: string;
  readonly head: string;
  line(run: Downloaded): string;
}

const isoText = (at: Instant | null) => (at === null ? null : new Date(at).toISOString());

/** The columns of a CSV file. Instants are such as a spreadsheet reads. */
const COLUMNS: Readonly<Record<string, (run: Downloaded) => string | number | null>> = {
  runId: ({ runId }) => runId,
  tenantId: ({ tenant }) => tenant?.id ?? null,
  subdomain: ({ tenant }) => tenant?.subdomain ?? null,
  jobId: ({ job }) => job.id,
  job: ({ job }) => job.name,
  scheduleId: ({ scheduleId }) => scheduleId,
  state: ({ state }) => state,
  origin: ({ origin }) => origin,
  plannedAt: ({ plannedAt }) => isoText(plannedAt),
  calledAt: ({ calledAt }) => isoText(calledAt),
  endedAt: ({ endedAt }) => isoText(endedAt),
  lateMs: ({ lateMs }) => lateMs,
  httpStatus: ({ httpStatus }) => httpStatus,
  text: ({ text }) => text,
};

export const DOWNLOAD_FORMS = {
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    extension: 'ndjson',
    head: '',
    line: (run) => `${JSON.stringify(run)}\n`,
  },
  csv: {
    type: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: csvLine(Object.keys(COLUMNS)),
    line: (run) => csvLine(Object.values(COLUMNS).map((cellOf) => cellOf(run))),
  },
} as const satisfies Record<string, DownloadForm>;
