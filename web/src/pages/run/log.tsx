import { hasRunEnded, type RunDetail, type Transition } from '../../api/runs.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Instant } from '../../controls/instant.js';
import { State } from '../../controls/run-state.js';
import { RUNS } from '../../texts/runs.js';
import { LinkedText } from './linked-text.js';

const { run: WORDS } = RUNS;
/** More of a text than this is shown below the table only. What others said is shown there too. */
const SHORT = 120;

/** The transitions of a run, as `runText` has them, and all that was said. */
export function Log({ run }: { readonly run: RunDetail }) {
  const said = run.transitions.filter((each) => each.text.length > SHORT || isOfOthers(each, run));
  return (
    <>
      <section aria-labelledby="log">
        <h2 id="log">{WORDS.log}</h2>
        <table class="runs-table run-log">
          <thead>
            <tr>
              <th scope="col">{WORDS.logTime}</th>
              <th scope="col">{WORDS.logState}</th>
              <th scope="col">{WORDS.logCode}</th>
              <th scope="col">{WORDS.logText}</th>
            </tr>
          </thead>
          <tbody>
            {run.transitions.map((transition, place) => {
              const { at, state, text, httpStatus } = transition;
              return (
                <tr key={place}>
                  <th scope="row">
                    <Instant at={at} isExact />
                  </th>
                  <td data-label={WORDS.logState}>
                    <State state={state} />
                  </td>
                  <td data-label={WORDS.logCode}>{httpStatus}</td>
                  <td data-label={WORDS.logText}>
                    {isOfOthers(transition, run) ? (
                      shortOf(text)
                    ) : (
                      <LinkedText text={shortOf(text)} runId={run.runId} />
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {said.map((transition, place) => (
        <section key={place}>
          <h2>{headOf(transition, run)}</h2>
          <CodeBlock name={headOf(transition, run)} code={transition.text} />
        </section>
      ))}
    </>
  );
}

function headOf(transition: Transition, run: RunDetail): string {
  const { answer, report, own } = WORDS.said;
  if (!isOfOthers(transition, run)) return own;
  return hasRunEnded(transition.state) && run.isReported ? report : answer;
}

/** Returns whether an endpoint, an application or Cloud Foundry said this, and not Carillon itself. */
function isOfOthers({ text, state, httpStatus }: Transition, { isReported, ackedAt }: RunDetail): boolean {
  if (text === '') return false;
  if (!hasRunEnded(state)) return state === 'ACK_RECVD';
  return isReported || (ackedAt === null && httpStatus !== null);
}

const shortOf = (text: string) => (text.length > SHORT ? `${text.slice(0, SHORT)} ...` : text);
