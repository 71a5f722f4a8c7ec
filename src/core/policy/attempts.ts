import { wireText, type Instant } from '../instant.js';

/** A call of a run that failed and was followed by another one. */
export interface FailedAttempt {
  readonly calledAt: Instant;
  readonly failedAt: Instant;
  /** The HTTP status of its answer, null where none came. */
  readonly status: number | null;
  /** What was said of it, cut. */
  readonly text: string;
  /** When the next call was due. */
  readonly nextAt: Instant;
  /** Set where its application had acknowledged it. */
  readonly wasBegun?: true;
}

const MOST_BYTES = 1_024;
const MARK = ' [cut: longer than 1 KB]';

/** Returns the attempts that a stored text contains, the earliest first. */
export function storedAttempts(text: string | null): readonly FailedAttempt[] {
  return text === null ? [] : (JSON.parse(text) as FailedAttempt[]); // written by `withAttempt` alone
}

/** Returns the text to store with one more attempt. */
export function withAttempt(text: string | null, attempt: FailedAttempt): string {
  return JSON.stringify([...storedAttempts(text), { ...attempt, text: attemptText(attempt.text) }]);
}

/** Returns when the latest of stored attempts was called, null where there is none. */
export function latestCallOf(text: string | null): Instant | null {
  return storedAttempts(text).at(-1)?.calledAt ?? null;
}

/** Returns whether one of stored attempts was acknowledged. */
export function wasBegunBefore(text: string | null): boolean {
  return storedAttempts(text).some(({ wasBegun = false }) => wasBegun);
}

/** Returns what is kept of the text of a call that is followed by another one: at most 1 KB, and a mark where it was cut. */
export function attemptText(text: string): string {
  // No character has fewer bytes than UTF-16 units.
  const bytes = new TextEncoder().encode(text.slice(0, MOST_BYTES + 1));
  if (bytes.length <= MOST_BYTES || text.endsWith(MARK)) return text;
  return new TextDecoder().decode(bytes.subarray(0, MOST_BYTES), { stream: true }) + MARK;
}

/** Returns what a run log says of an attempt: when the next one follows, and why. `number` is 1 for the first. */
export function attemptNote({ nextAt, text }: FailedAttempt, number: number): string {
  return `Attempt ${number + 1} at ${wireText(nextAt)} (UTC). Attempt ${number} failed: ${text}`;
}

/** What the log of a run says that waited for another call when its schedule or job was switched off. */
export const GIVEN_UP_TEXT = 'given up';
