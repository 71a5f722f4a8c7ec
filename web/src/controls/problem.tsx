import { mayBeDone, Refusal, type Failure } from '../api/failure.js';
import { TEXTS } from '../texts.js';
import { Message } from './message.js';

interface ProblemProps {
  readonly error: Failure;
  readonly isNews?: boolean;
  /** True where the request is sent again by itself, and the message may promise so. */
  readonly isRetried?: boolean;
  /** What is missing on the page therefore, where the rest of it stands. */
  readonly title?: string;
}

/** A request that failed, beside what else a page shows. */
export function Problem({ error, isNews = false, isRetried = false, title }: ProblemProps) {
  const isPassing = !(error instanceof Refusal) || error.status === 429 || error.status === 503;
  const what = failureTitle(error);
  const lines = failureLines(error, isRetried);
  return (
    <Message kind={isPassing ? 'warning' : 'error'} title={title ?? what} isNews={isNews}>
      {(title === undefined ? lines : [`${what}.`, ...lines]).map((line) => (
        <p key={line} aria-live={isNews && isMoving(line, error) ? 'off' : undefined}>
          {line}
        </p>
      ))}
    </Message>
  );
}

/** Returns whether a line is another one at each attempt: it is not read out each time. */
function isMoving(line: string, error: Failure): boolean {
  if (!(error instanceof Refusal)) return false;
  return [error.requestId, error.retryAfterS].some((part) => part !== null && line.includes(String(part)));
}

/** What a page says of a request that failed. The frame says the rest: that no answer comes, that the session has ended. */
export function PageProblem({
  error,
  hasBody,
  title,
}: {
  readonly error: Failure | null;
  readonly hasBody: boolean;
} & Pick<ProblemProps, 'title'>) {
  const isOfFrame = error instanceof Refusal ? error.status === 401 : hasBody;
  if (!error || isOfFrame) return null;
  return <Problem error={error} isNews isRetried {...(title !== undefined && { title })} />;
}

/** Returns what happened, in a few words. */
export function failureTitle(error: Failure): string {
  const { byStatus, failed, other, unreachable, mayNotDo } = TEXTS.errors;
  if (!(error instanceof Refusal)) return unreachable;
  const { status, sent } = error;
  if (status === 403 && sent.method !== 'GET') return mayNotDo;
  return byStatus[status as keyof typeof byStatus] ?? (status >= 500 ? failed : other);
}

/** Returns whose it is and what comes next, a sentence each. */
export function failureLines(error: Failure, isRetried: boolean): string[] {
  const { errors } = TEXTS;
  const lookFirst = mayBeDone(error) ? errors.mayBeDone(placeOf(error)) : '';
  if (!(error instanceof Refusal)) {
    return [lookFirst || (isRetried ? errors.unreachableText : errors.unreachableOnce)];
  }
  const { status, detail, retryAfterS, requestId } = error;
  const lines = [
    lookFirst || (status === 404 ? errors.goneText : detail),
    isRetried && retryAfterS !== null ? waitLine(detail, retryAfterS) : '',
    requestId ? errors.requestId(requestId) : '',
  ];
  return lines.filter(Boolean);
}

/** Returns where one sees whether something was done. */
function placeOf({ sent }: Failure): string {
  const { places, anyPlace } = TEXTS.errors;
  return places.find(([pattern]) => pattern.test(sent.path))?.[1] ?? anyPlace;
}

/** Returns that the page waits. How long is not said twice. */
function waitLine(detail: string, seconds: number): string {
  const { wait, waitSaid } = TEXTS.errors;
  return detail.includes(`again in ${seconds} s`) ? waitSaid : wait(seconds);
}
