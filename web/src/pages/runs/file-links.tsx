import { seenAddress } from '../../api/request.js';
import { RUNS } from '../../texts/runs.js';
import { questionOf } from './run-filter.js';
import type { ChosenRuns } from './run-fields.js';

interface FileLinksProps {
  readonly chosen: ChosenRuns;
  /** Of which job or schedule, where not of all. */
  readonly place?: Readonly<Record<string, string>>;
  readonly onPress?: (event: Event) => void;
}

/** Links to all runs that are chosen, as files; the service names them. */
export function FileLinks({ chosen, place, onPress }: FileLinksProps) {
  const hrefOf = (format: string) =>
    seenAddress(
      `/dashboard/api/runs/download?${questionOf({ ...chosen, after: null }, { ...place, format })}`,
    );
  return (
    <>
      {(['ndjson', 'csv'] as const).map((format) => (
        <a
          key={format}
          class="button button-usual"
          href={hrefOf(format)}
          download
          onClick={onPress}
          aria-label={RUNS[`${format}Name`]}
        >
          {RUNS[format]}
        </a>
      ))}
    </>
  );
}
