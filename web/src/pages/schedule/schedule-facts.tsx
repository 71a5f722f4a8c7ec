import type { Run, Schedule } from '../../api/runs.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Instant } from '../../controls/instant.js';
import { runPath } from '../../paths.js';
import { RUNS } from '../../texts/runs.js';
import { Fact } from '../run/facts.js';
import { nextOf } from './first-line.js';
import { timingOf } from './timing.js';

interface ScheduleFactsProps {
  readonly schedule: Schedule;
  readonly runs: readonly Run[];
  /** What it means in plain English. */
  readonly text: string;
}

/** What was set for the schedule. */
export function ScheduleFacts({ schedule, runs, text }: ScheduleFactsProps) {
  const { schedule: words } = RUNS;
  const { description, active, data } = schedule;
  const next = nextOf(runs);
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{words.facts}</h2>
      <dl class="facts facts-wide">
        <Fact name={words.timing}>{text}</Fact>
        <Fact name={words.written}>{timingOf(schedule)}</Fact>
        {description !== '' && <Fact name={words.description}>{description}</Fact>}
        <Fact name={words.active}>{active ? words.yes : words.no}</Fact>
        {next && (
          <Fact name={words.nextRun}>
            <a href={runPath(next.runId)}>
              <Instant at={next.dueAt} />
            </a>
          </Fact>
        )}
      </dl>
      {data !== null && (
        <>
          <h3>{words.data}</h3>
          <CodeBlock name={words.data} code={data} />
        </>
      )}
    </section>
  );
}
