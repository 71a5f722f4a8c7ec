import { useState } from 'preact/hooks';
import { TEST_CALLS_ROUTE, type TestCallAnswer } from '../../api/editor.js';
import { Refusal } from '../../api/request.js';
import { sendKept } from '../../api/kept-call.js';
import type { Session } from '../../api/types.js';
import { useAction } from '../../api/use-action.js';
import { Button } from '../../controls/button.js';
import { Problem } from '../../controls/problem.js';
import { EDITOR } from '../../texts/editor.js';
import { later } from '../later.js';
import { faultsOf, type Faults } from './faults.js';
import type { JobForm, Subject } from './form.js';
import { headersFault } from './headers-fault.js';
import { dataFault } from './lacks.js';
import { callBody } from './settings/call-form.js';

const { test: texts } = EDITOR;

const TestAnswer = later(async () => (await import('./settings/later-parts.js')).TestAnswer);

interface TestCallProps {
  readonly subject: Subject;
  readonly job: JobForm;
  readonly data: string;
  readonly session: Session | undefined;
  readonly onFaults: (faults: Faults) => void;
}

/** Calls the action once by the service, makes no job, and shows what came back. */
export function TestCall({ subject, job, data, session, onFaults }: TestCallProps) {
  const { isBusy, error, start } = useAction();
  const [answer, setAnswer] = useState<TestCallAnswer | null>(null);
  const [called, setCalled] = useState('');
  const body = callOf(subject, job, data);
  const isFormer = JSON.stringify(body) !== called;
  const call = async () => {
    try {
      const request = { method: 'POST', body } as const;
      const { body: answered } = await sendKept<TestCallAnswer>(TEST_CALLS_ROUTE, request, session);
      setAnswer(answered ?? null);
    } catch (refused) {
      const faults = refused instanceof Refusal && refused.status === 400 && faultsOf(refused.detail, 'job');
      if (!faults || faults.rest.length > 0) throw refused;
      onFaults(faults);
    }
  };
  const press = () => {
    const fields = lacksForCall(subject, job, data);
    onFaults({ fields, rest: [] });
    setAnswer(null);
    setCalled(JSON.stringify(body));
    if (Object.keys(fields).length === 0) start(call);
  };
  return (
    <div class="test-call">
      <div class="actions">
        <Button icon="play" isBusy={isBusy} onPress={press}>
          {isBusy ? texts.calling : texts.button}
        </Button>
        <span class="quiet">{texts.text}</span>
      </div>
      {error && !isFormer && <Problem error={error} isNews />}
      {answer && <TestAnswer answer={answer} isFormer={isFormer} />}
    </div>
  );
}

/** Returns what is missing before an action can be called: the stored password never comes here. */
function lacksForCall(subject: Subject, job: JobForm, data: string): Faults['fields'] {
  const wrong = dataFault(data);
  const headers = headersFault(subject, job);
  const hasStored = subject.kind === 'job' && subject.job.user !== null;
  return {
    ...(job.action.trim() === '' && { action: EDITOR.missing.action }),
    ...(hasStored && job.user !== '' && job.password === '' && { password: texts.needsPassword }),
    ...(headers !== undefined && { headers }),
    ...(wrong !== undefined && { data: wrong }),
  };
}

/** A stored job lends the call the values of its headers, which the form does not have. */
function callOf(subject: Subject, job: JobForm, data: string): object {
  const { action, httpMethod, user, password } = job;
  const { headers, signing } = callBody(job);
  return {
    ...(subject.kind === 'job' && { jobId: subject.job.jobId }),
    ...{ action: action.trim(), httpMethod },
    ...(user.trim() !== '' && { user: user.trim(), password }),
    ...{ headers, signing },
    ...(data.trim() !== '' && { data }),
  };
}
