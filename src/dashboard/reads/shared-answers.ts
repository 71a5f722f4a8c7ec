import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../../core/bounded-map.js';
import { Clock } from '../../core/clock.js';
import { SECOND_MS, type Instant } from '../../core/instant.js';
import type { RowScope } from '../../database/scoped.js';

/** For how long an answer is given again to everybody who may see the same. */
const FRESH_MS = 2 * SECOND_MS;
const MOST_ANSWERS = 200;

/** The JSON text of an answer, and the tag by which a client that has it already is told so. */
export interface TaggedAnswer {
  readonly text: string;
  readonly etag: string;
}

interface Shared {
  /** When it was answered; null while it is computed: it may wait for its turn for longer than an answer is fresh. */
  at: Instant | null;
  readonly answer: Promise<TaggedAnswer>;
}

/**
 * Answers that many pages poll: computed once per two seconds and scope, however many look. Requests that come while it
 * is computed wait for it; one that fails is not kept.
 */
@Injectable()
export class SharedAnswers {
  private readonly answers = new BoundedMap<Shared>(MOST_ANSWERS);

  constructor(private readonly clock: Clock) {}

  /** Returns the answer to a question within a scope; `question` has all that it depends on besides. */
  get(scope: RowScope, question: unknown, compute: () => Promise<object>): Promise<TaggedAnswer> {
    const { kind, instanceId, tenancyId } = scope;
    const key = JSON.stringify([kind, instanceId, kind === 'tenant' ? tenancyId : null, question]);
    const now = this.clock.now();
    const known = this.answers.get(key);
    if (known && (known.at === null || Math.abs(now - known.at) < FRESH_MS)) return known.answer;
    const shared: Shared = { at: null, answer: compute().then(tagged) };
    this.answers.set(key, shared);
    shared.answer.then(
      () => (shared.at = this.clock.now()),
      () => this.answers.delete(key),
    );
    return shared.answer;
  }
}

/** Returns an answer with its tag. */
export function tagged(answer: object): TaggedAnswer {
  const text = JSON.stringify(answer);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}
