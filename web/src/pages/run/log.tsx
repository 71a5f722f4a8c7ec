import { hasRunEnded, type RunDetail, type Transition } from '../../api/runs.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Instant } from '../../controls/instant.js';
import { State } from '../../controls/run-state.js';
import { RUNS } from '../../texts/runs.js';

const { run: WORDS } = RUNS;
/** More of a text than this is shown below the table only. */
const SHORT = 120;

/** The transitions of a run, as `runText` has them, and all that was said. */
export function Log({ run }: { readonly run: RunDetail }) {
  const said = run.transitions.filter(({ text }) => text !== '');
  return (
    <>
      <section aria-labelledby="log">
        <h2 id="log">{WORDS.log}</h2>
        <table class="runs-table">
          <thead>
            <tr>
              <th scope="col">{WORDS.logTime}</th>
              <th scope="col">{WORDS.logState}</th>
              <th scope="col">{WORDS.logCode}</th>
              <th scope="col">{WORDS.logText}</th>
            </tr>
          </thead>
          <tbody>
            {run.transitions.map(({ at, state, text, httpStatus }) => (
              <tr key={state}>
                <th scope="row">
                  <Instant at={at} isExact />
                </th>
                <td data-label={WORDS.logState}>
                  <State state={state} />
                </td>
                <td data-label={WORDS.logCode}>{httpStatus}</td>
                <td data-label={WORDS.logText}>{shortOf(text)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {said.map((transition) => (
        <section key={transition.state}>
          <h2>{headOf(transition, run)}</h2>
          <CodeBlock name={headOf(transition, run)} code={transition.text} />
        </section>
      ))}
    </>
  );
}

function headOf({ state }: Transition, { ackedAt }: RunDetail): string {
  if (!hasRunEnded(state)) return WORDS.said.ack;
  return ackedAt === null ? WORDS.said.answer : WORDS.said.end;
}

const shortOf = (text: string) => (text.length > SHORT ? `${text.slice(0, SHORT)} ...` : text);
