import type { RunDetail } from '../../api/runs.js';
import { CodeBlock } from '../../controls/code-block.js';
import { PageProblem } from '../../controls/problem.js';
import { RUNS } from '../../texts/runs.js';
import type { useAsSet } from './as-set.js';
import { curlOf } from './curl.js';

interface CallProps {
  readonly run: RunDetail;
  readonly set: ReturnType<typeof useAsSet>;
}

/** The call of a run, to be repeated in a terminal. */
export function Call({ run, set: { body: set, error } }: CallProps) {
  const { run: words } = RUNS;
  const code = set && curlOf({ ...set, run, origin: window.location.origin });
  return (
    <section aria-labelledby="call">
      <h2 id="call">{words.call}</h2>
      <PageProblem error={error} hasBody={set !== undefined} />
      {code === null && <p class="quiet">{words.callTask}</p>}
      {code && (
        <>
          <p class="quiet">{words.callText}</p>
          <CodeBlock name={words.callName} code={code} />
        </>
      )}
    </section>
  );
}
