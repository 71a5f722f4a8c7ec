import { send } from '../../api/request.js';
import { round } from '../../api/resource.js';
import { useAction } from '../../api/use-action.js';
import type { ActionLog, JobDetail, JobSchedule } from '../../api/types.js';
import { NewScheduleLink, ScheduleLink } from '../../controls/editor-links.js';
import { Problem } from '../../controls/problem.js';
import { Switch } from '../../controls/switch.js';
import { lastChange } from '../../frame/status-bar.js';
import { schedulePath } from '../../paths.js';
import { LargeStrip } from '../../pictures/large-strip.js';
import { axisOf, layoutOn, type StripAxis } from '../../pictures/strip-layout.js';
import type { StripRun } from '../../pictures/strip-runs.js';
import { TEXTS } from '../../texts.js';
import { changedAt } from './changes.js';
import { reasonOf } from './verdict.js';
import { RunNow } from './run-now.js';

const { job: texts } = TEXTS;

interface SchedulesProps {
  readonly job: JobDetail;
  /** Undefined until they have come: only then is it known that there are no runs. */
  readonly strips: ReadonlyMap<string, readonly StripRun[]> | undefined;
  /** The last changes of the job and its schedules. */
  readonly changes: readonly ActionLog[];
  readonly mayChange: boolean;
}

/** The schedules of a job, each with its strip, its switch and a run on request. The strips share one axis. */
export function Schedules({ job, strips, changes, mayChange }: SchedulesProps) {
  const { results, schedules } = job;
  const axis = strips && axisOf(strips);
  return (
    <section aria-labelledby="schedules">
      <div class="section-head">
        <h2 id="schedules">{texts.schedules}</h2>
        {mayChange && <NewScheduleLink jobId={job.id} />}
      </div>
      {axis && axis.moments.length > 0 && <p class="quiet">{axisText(axis, results.length, changes)}</p>}
      {schedules.total > results.length && <p>{texts.someSchedules(results.length, schedules.total)}</p>}
      <ul class="plain schedules">
        {results.map((schedule) => (
          <li key={schedule.id} class="box">
            <OneSchedule job={job} schedule={schedule} axis={axis} changes={changes} mayChange={mayChange} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface OneProps extends Omit<SchedulesProps, 'strips'> {
  readonly schedule: JobSchedule;
  readonly axis: StripAxis | undefined;
}

function OneSchedule({ job, schedule, axis, changes, mayChange }: OneProps) {
  const { isBusy, error, start } = useAction();
  const { active, description, failing, nextAt } = schedule;
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
          <p class="quiet">{nextAt === null ? texts.noNext : texts.next(nextAt)}</p>
        </div>
        {mayChange ? (
          <div class="actions">
            <Switch isOn={active} isBusy={isBusy} name={texts.switchOf(name)} onPress={flip}>
              {texts.active}
            </Switch>
            <ScheduleLink job={job} scheduleId={schedule.id} name={name} />
          </div>
        ) : (
          <p>{`${texts.active}: ${active ? TEXTS.jobs.yes : TEXTS.jobs.no}`}</p>
        )}
      </div>
      {error && <Problem error={error} isNews />}
      {failing && job.results.length > 1 && <p class="outcome outcome-failure">{reasonOf(failing)}</p>}
      {axis ? (
        <LargeStrip
          runs={runs}
          name={texts.stripOf(name)}
          layout={layoutOn(axis, runs, edits.map(changedAt))}
        />
      ) : (
        <div class="strip-large strip-awaited" />
      )}
      {mayChange && <RunNow path={`/scheduler/jobs/${job.id}/schedules/${schedule.id}/runs`} />}
    </>
  );
}

/** Returns from when to when the strips go, and how many changes are marked on them. */
function axisText({ moments }: StripAxis, strips: number, changes: readonly ActionLog[]): string {
  const [from = 0, to = 0] = [moments[0], moments.at(-1)];
  return texts.axis({
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
    text: active ? texts.activated(name) : texts.deactivated(name),
    undo: async () => {
      await send(path, { method: 'PUT', body: { active: !active } });
      round.set(round.get() + 1);
    },
  });
}
