import type { NextRuns } from '../../api/runs.js';
import type { Resource } from '../../api/resource.js';
import { Problem } from '../../controls/problem.js';
import { FiringTable } from '../../pictures/firing-table.js';
import { RUNS } from '../../texts/runs.js';

const { schedule: words } = RUNS;

/** The next firings of a schedule, or why there are none. They are those of when the page was opened. */
export function Upcoming({ next }: { readonly next: Resource<NextRuns> }) {
  const { body, asOf, error } = next;
  if (!body) return error && <Problem error={error} />;
  return (
    <section aria-labelledby="upcoming">
      <h2 id="upcoming">{words.upcoming}</h2>
      {body.warnings.map((warning) => (
        <p key={warning} class="quiet">
          {warning}
        </p>
      ))}
      {body.runs.length > 0 && (
        <div class="upcoming">
          <FiringTable runs={body.runs} asOf={asOf ?? new Date()} />
        </div>
      )}
    </section>
  );
}
