import type { Job, Run, Schedule } from '../../api/runs.js';
import { zoneOf } from '../../api/settings.js';
import { CodeBlock } from '../../controls/code-block.js';
import { Fact } from '../../controls/fact.js';
import { Instant } from '../../controls/instant.js';
import { runPath } from '../../paths.js';
import { RUNS } from '../../texts/runs.js';
import { SETTING_WORDS, settingLines } from '../../texts/setting-words.js';
import { nextOf } from './first-line.js';
import { timingOf } from './timing.js';

interface ScheduleFactsProps {
  readonly schedule: Schedule;
  /** Undefined until it has come. */
  readonly job: Job | undefined;
  readonly runs: readonly Run[];
  /** What it means in plain English. */
  readonly text: string;
}

/** What was set for the schedule. */
export function ScheduleFacts({ schedule, job, runs, text }: ScheduleFactsProps) {
  const { schedule: words } = RUNS;
  const { description, active, data } = schedule;
  const next = nextOf(runs);
  const zone = zoneOf(schedule);
  const lines = linesOf(schedule, job, runs);
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">{words.facts}</h2>
      <dl class="facts facts-wide">
        <Fact name={words.timing}>{text}</Fact>
        <Fact name={words.written}>{timingOf(schedule)}</Fact>
        {zone !== null && <Fact name={SETTING_WORDS.zone}>{zone}</Fact>}
        {description !== '' && <Fact name={words.description}>{description}</Fact>}
        <Fact name={words.active}>{active ? words.yes : words.no}</Fact>
        {lines.length > 0 && (
          <Fact name={SETTING_WORDS.behaviour}>
            {lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </Fact>
        )}
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

/** Returns what is set in words, a line each. Retries of the job count where the schedule has none of its own. */
function linesOf(schedule: Schedule, job: Job | undefined, runs: readonly Run[]): string[] {
  const { retry, timeout } = job ?? {};
  const ofJob = settingLines({
    ...(timeout === undefined ? {} : { timeout }),
    ...(retry === undefined || schedule.retry ? {} : { retry }),
  });
  return [...settingLines(schedule, spreadOf(runs)), ...ofJob.map(SETTING_WORDS.ofJob)];
}

/** Returns how much later than its time the next planned run comes; one that waits for its endpoint is older. */
function spreadOf(runs: readonly Run[]): number | null {
  const next = runs.find(({ state, origin }) => state === 'SCHEDULED' && origin === 'plan');
  return next ? next.dueAt - next.plannedAt : null;
}
