import { Refusal, type Unreachable } from '../api/request.js';
import { TEXTS } from '../texts.js';
import { Message } from './message.js';

type Failure = Refusal | Unreachable;

interface ProblemProps {
  readonly error: Failure;
  readonly isNews?: boolean;
  /** True where the request is sent again by itself, and the message may promise so. */
  readonly isRetried?: boolean;
}

/** A request that failed, beside what else a page shows. */
export function Problem({ error, isNews = false, isRetried = false }: ProblemProps) {
  const isPassing = !(error instanceof Refusal) || error.status === 429 || error.status === 503;
  return (
    <Message kind={isPassing ? 'warning' : 'error'} title={failureTitle(error)} isNews={isNews}>
      {failureLines(error, isRetried).map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Message>
  );
}

/** What a page says of a request that failed. The frame says the rest: that no answer comes, that the session has ended. */
export function PageProblem({
  error,
  hasBody,
}: {
  readonly error: Failure | null;
  readonly hasBody: boolean;
}) {
  const isOfFrame = error instanceof Refusal ? error.status === 401 : hasBody;
  return error && !isOfFrame ? <Problem error={error} isNews isRetried /> : null;
}

/** Returns what happened, in a few words. */
export function failureTitle(error: Failure): string {
  const { byStatus, failed, other, unreachable } = TEXTS.errors;
  if (!(error instanceof Refusal)) return unreachable;
  return byStatus[error.status as keyof typeof byStatus] ?? (error.status >= 500 ? failed : other);
}

/** Returns whose it is and what comes next, a sentence each. */
export function failureLines(error: Failure, isRetried: boolean): string[] {
  const { errors } = TEXTS;
  if (!(error instanceof Refusal)) return [isRetried ? errors.unreachableText : errors.unreachableOnce];
  const { status, detail, retryAfterS, requestId } = error;
  const lines = [
    status === 404 ? errors.goneText : detail,
    isRetried && retryAfterS !== null ? waitLine(detail, retryAfterS) : '',
    requestId ? errors.requestId(requestId) : '',
  ];
  return lines.filter(Boolean);
}

/** Returns that the page waits. How long is not said twice. */
function waitLine(detail: string, seconds: number): string {
  const { wait, waitSaid } = TEXTS.errors;
  return detail.includes(`again in ${seconds} s`) ? waitSaid : wait(seconds);
}
