import { send, type Refusal, type Unreachable } from '../../api/request.js';
import { undoing } from '../../api/undoing.js';
import { useAction } from '../../api/use-action.js';
import type { ActionLog, JobDetail, JobSchedule } from '../../api/types.js';
import { NewScheduleLink, ScheduleLink } from '../../controls/editor-links.js';
import { PageProblem, Problem } from '../../controls/problem.js';
import { Switch } from '../../controls/switch.js';
import { lastChange } from '../../frame/status-bar.js';
import { schedulePath } from '../../paths.js';
import { LargeStrip } from '../../pictures/large-strip.js';
import { axisOf, layoutOn, type StripAxis } from '../../pictures/strip-layout.js';
import type { StripRun } from '../../pictures/strip-runs.js';
import { TEXTS } from '../../texts.js';
import { JOBS } from '../../texts/jobs.js';
import { JOB } from '../../texts/job.js';
import { settingLines } from '../../texts/setting-words.js';
import { serviceNow } from '../../time.js';
import { changedAt } from './changes.js';
import { News } from './news.js';
import { reasonOf } from './reason.js';
import { RunNow } from './run-now.js';

type Failure = Refusal | Unreachable;

interface SchedulesProps {
  readonly job: JobDetail;
  /** Undefined until they have come: only then is it known that there are no runs. */
  readonly strips: ReadonlyMap<string, readonly StripRun[]> | undefined;
  /** How many runs they lack, null where none. */
  readonly news: number | null;
  readonly onTake: () => void;
  /** Told of a run that was ordered here. */
  readonly onRunEnded: (runId: string) => void;
  /** Why they, or newer ones, have not come. */
  readonly error: Failure | null;
  /** The last changes of the job and its schedules. */
  readonly changes: readonly ActionLog[];
  readonly mayChange: boolean;
}

/** The schedules of a job, each with its strip, its switch and a run on request. The strips share one axis. */
export function Schedules(props: SchedulesProps) {
  const { job, strips, news, onTake, onRunEnded, error, changes, mayChange } = props;
  const { results, schedules } = job;
  const axis = strips && axisOf(strips);
  return (
    <section aria-labelledby="schedules">
      <div class="section-head">
        <h2 id="schedules">{JOB.schedules}</h2>
        <News news={news} onTake={onTake} isRepeated />
        {mayChange && <NewScheduleLink jobId={job.id} />}
      </div>
      <PageProblem error={error} hasBody={strips !== undefined} />
      <p class="quiet axis-line">
        {axis && axis.moments.length > 0 && axisText(axis, results.length, changes)}
      </p>
      {schedules.total > results.length && <p>{JOB.someSchedules(results.length, schedules.total)}</p>}
      <ul class="plain schedules">
        {results.map((schedule) => (
          <li key={schedule.id} class="box">
            <OneSchedule
              job={job}
              schedule={schedule}
              axis={axis}
              areMissing={error !== null}
              changes={changes}
              onRunEnded={onRunEnded}
              mayChange={mayChange}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface OneProps extends Omit<SchedulesProps, 'strips' | 'error' | 'news' | 'onTake'> {
  readonly schedule: JobSchedule;
  readonly axis: StripAxis | undefined;
  /** True where the strips have not come and nobody knows whether they will. */
  readonly areMissing: boolean;
}

function OneSchedule({ job, schedule, axis, areMissing, changes, mayChange, onRunEnded }: OneProps) {
  const { isBusy, error, start } = useAction();
  const { active, description, failing, nextAt, settings } = schedule;
  const lines = settingLines(settings);
  const name = TEXTS.timing(schedule);
  const runs = axis?.strips.get(schedule.id) ?? [];
  const edits = changes.filter(({ scheduleId }) => scheduleId === null || scheduleId === schedule.id);
  const flip = () => start(() => switchSchedule(job, schedule, !active));
  return (
    <>
      <div class="schedule-head">
        <div>
          <h3>
            <a href={schedulePath(job.id, schedule.id)}>{name}</a>
          </h3>
          {description && <p>{description}</p>}
          {lines.length > 0 && <p class="quiet">{`${lines.join('. ')}.`}</p>}
          <p class="quiet">{nextAt === null ? JOB.noNext : JOB.next(nextAt, serviceNow())}</p>
        </div>
        {mayChange ? (
          <div class="actions">
            <Switch isOn={active} isBusy={isBusy} name={JOB.switchOf(name)} onPress={flip}>
              {JOB.active}
            </Switch>
            <ScheduleLink job={job} scheduleId={schedule.id} name={name} />
          </div>
        ) : (
          <p>{`${JOB.active}: ${active ? JOBS.yes : JOBS.no}`}</p>
        )}
      </div>
      {error && <Problem error={error} isNews />}
      {failing && job.results.length > 1 && <p class="outcome outcome-failure">{reasonOf(failing)}</p>}
      {axis ? (
        <LargeStrip
          runs={runs}
          name={JOB.stripOf(name)}
          layout={layoutOn(axis, runs, edits.map(changedAt))}
        />
      ) : (
        <div class="strip-large strip-awaited">{areMissing && <p class="quiet">{JOB.noStrips}</p>}</div>
      )}
      {mayChange && <RunNow job={job} scheduleId={schedule.id} onEnded={onRunEnded} />}
    </>
  );
}

/** Returns from when to when the strips go, and how many changes are marked on them. */
function axisText({ moments }: StripAxis, strips: number, changes: readonly ActionLog[]): string {
  const [from = 0, to = 0] = [moments[0], moments.at(-1)];
  return JOB.axis({
    from,
    to,
    strips,
    edits: changes.filter((change) => changedAt(change) >= from).length,
  });
}

async function switchSchedule(job: JobDetail, schedule: JobSchedule, active: boolean): Promise<void> {
  const path = `/scheduler/jobs/${job.id}/schedules/${schedule.id}`;
  const name = TEXTS.timing(schedule);
  await send(path, { method: 'PUT', body: { active } });
  lastChange.set({
    text: active ? JOB.activated(name) : JOB.deactivated(name),
    undo: undoing<{ active: boolean }>({
      path,
      isStill: (now) => now.active === active,
      undo: () => send(path, { method: 'PUT', body: { active: !active } }),
    }),
  });
}
