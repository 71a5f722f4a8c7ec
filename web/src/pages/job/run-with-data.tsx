import { useState } from 'preact/hooks';
import { scheduleRoute, schedulesRoute, type WireSchedule } from '../../api/editor.js';
import { send } from '../../api/request.js';
import { useResource } from '../../api/resource.js';
import { hasRunEnded, runRoute, runsRoute, type RunDetail, type RunsPage } from '../../api/runs.js';
import { useAction } from '../../api/use-action.js';
import { useUntilEnded } from '../../api/use-until-ended.js';
import type { JobDetail } from '../../api/types.js';
import { Button } from '../../controls/button.js';
import { TextArea } from '../../controls/more-fields.js';
import { Problem } from '../../controls/problem.js';
import { jsonObjectFault } from '../../json-object.js';
import { runPath } from '../../paths.js';
import { JOB } from '../../texts/job.js';
import { ORDERED_RUN } from '../../texts/ordered-run.js';
import { causeOf } from '../run/cause.js';
import { outcomeOf } from '../run/outcome.js';

const { withData } = JOB;

interface RunWithDataProps {
  readonly job: Pick<JobDetail, 'id' | 'kind' | 'active'>;
  readonly scheduleId: string;
  readonly onEnded: (runId: string) => void;
}

/**
 * Runs a job now with other data than its schedule has. Data belong to a schedule, so this is another one that runs once:
 * the plan of the schedule that is shown stays as it is.
 */
export function RunWithData(props: RunWithDataProps) {
  const { job } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="run-with-data"
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{withData.open[job.kind]}</summary>
      {isOpen && (job.active ? <DataForm {...props} /> : <p>{withData.inactive}</p>)}
    </details>
  );
}

function DataForm({ job, scheduleId, onEnded }: RunWithDataProps) {
  const { isBusy, error, start } = useAction();
  const stored = useResource<WireSchedule>(scheduleRoute(job.id, scheduleId));
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [made, setMade] = useState<string | null>(null);
  const data = typed ?? stored.body?.data ?? '';
  const id = `data-${scheduleId}`;
  const run = async () => {
    setMade(null);
    const body = { time: 'now', data, active: true, description: withData.description };
    const { body: schedule } = await send<WireSchedule>(schedulesRoute(job.id), { method: 'POST', body });
    setMade(schedule?.scheduleId ?? null);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const found = jsonObjectFault(data);
    setFault(found);
    if (found === undefined) start(run);
    else document.getElementById(id)?.focus();
  };
  const type = (value: string) => {
    setTyped(value);
    setFault(undefined);
  };
  return (
    <form class="form" noValidate onSubmit={submit}>
      <TextArea
        id={id}
        label={withData.label[job.kind]}
        value={data}
        onValue={type}
        error={fault}
        hint={withData.hint}
        isCode
      />
      <div class="actions">
        <Button type="submit" icon="play" isBusy={isBusy}>
          {isBusy ? ORDERED_RUN.starting : withData.run[job.kind]}
        </Button>
      </div>
      {error && <Problem error={error} isNews />}
      {made !== null && <OnlyRun key={made} scheduleId={made} onEnded={onEnded} />}
    </form>
  );
}

/** What became of the one run of a schedule that was made for it. */
function OnlyRun({ scheduleId, onEnded }: Pick<RunWithDataProps, 'scheduleId' | 'onEnded'>) {
  const { body, error, hasEnded } = useUntilEnded<RunsPage>(
    runsRoute(`scheduleId=${scheduleId}`),
    ({ results: [made] }) => made !== undefined && hasRunEnded(made.state),
    ({ results: [made] }) => made && onEnded(made.runId),
  );
  const run = body?.results[0];
  const hasFailed = hasEnded && run !== undefined && run.state !== 'SUCCESS';
  // Why it failed is known of the run alone, and said as its page says it.
  const failed = useResource<RunDetail>(hasFailed ? runRoute(run.runId) : null);
  const isKnown = hasEnded && (!hasFailed || failed.body !== undefined || failed.error !== null);
  if (error && !body) return <Problem error={error} isNews />;
  return (
    <p>
      <span role="status">{isKnown ? outcomeText(hasFailed, failed.body) : ORDERED_RUN.waits}</span>{' '}
      {run && <a href={runPath(run.runId)}>{ORDERED_RUN.open}</a>}
    </p>
  );
}

function outcomeText(hasFailed: boolean, run: RunDetail | undefined): string {
  if (!hasFailed) return ORDERED_RUN.done;
  return ORDERED_RUN.failed((run && causeOf(outcomeOf(run))?.short) ?? '');
}
