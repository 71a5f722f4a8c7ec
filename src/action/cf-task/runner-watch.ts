import type { Clock } from '../../core/clock.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';
import { pauseAfter } from '../../core/backoff.js';
import { LookBudget, MOST_LOOKS_A_MINUTE } from '../../core/task/look-budget.js';
import { nextLookAt } from '../../core/task/look-pace.js';
import { chunks } from '../../database/lists.js';
import { isPlatformFailure, PlatformRefused } from '../../runner/platform-failure.js';
import { MOST_PER_LOOK, type TaskPlatform } from '../../runner/task-platform.js';
import { askedPauseOf, isOfOne, LONGEST_ASKED_MS } from './asked-pause.js';
import type { EndedTask, TaskEnds } from './task-ends.js';
import { endOf, GONE, NEVER_CREATED } from './task-outcome.js';
import type { OpenTask } from './task-run.store.js';
import { labelLookAt, type TaskSettlement } from './task-settlement.js';

/** A platform that is away is tried again after these pauses; one that refuses, after the longest. */
const PAUSES = { firstMs: SECOND_MS, longestMs: MINUTE_MS };
/** How many tasks one round looks for by their labels: each takes a request of its own. */
const MOST_BY_LABEL = 20;
/** Less than this part of the requests being left, looks are made half as often. */
const SCARCE = 0.1;

/** An open task whose GUID is known. */
type Known = OpenTask & { readonly guid: string };

/** What a watch works with. */
export interface WatchTools {
  /** Looks at the platform of the runner. */
  readonly look: <T>(look: (platform: TaskPlatform) => Promise<T>) => Promise<T>;
  readonly ends: TaskEnds;
  readonly settlement: TaskSettlement;
  readonly clock: Clock;
  /** Whether the service stops: then nothing more is asked. */
  readonly isStopping: () => boolean;
}

/**
 * Watches the open tasks of one runner: when to look, at what, and what the answers mean (cf-tasks.md, "Watching many
 * tasks cheaply"). It remembers its pace only: what is open is in the database.
 */
export class RunnerWatch {
  private readonly budget = new LookBudget();
  /** When each open task was looked at last. */
  private readonly looks = new Map<string, Instant>();
  private lastAt: Instant | null = null;
  private notBefore: Instant = 0;
  private failures = 0;
  private isScarce = false;

  constructor(private readonly tools: WatchTools) {}

  /** Whether the platform did not answer when it was asked last. */
  get isAway(): boolean {
    return this.failures > 0;
  }

  /** Looks at what it is time to look at. Throws what the platform did; it is then left alone for a while. */
  async round(open: readonly OpenTask[]): Promise<void> {
    const now = this.tools.clock.now();
    this.forget(open);
    this.heed(now);
    if (now < this.notBefore) return;
    const known = open.filter(isKnown);
    const unknown = open.filter((task) => task.guid === null && labelLookAt(task) <= now);
    const byLabel = unknown.slice(0, MOST_BY_LABEL);
    const isDue = known.length > 0 && this.isTimeFor(known, byLabel.length, now);
    if (!isDue && byLabel.length === 0) return;
    // Looks by label would take the room away bit by bit, however many there are.
    if (isDue && !this.hasRoomFor(known, now)) return;
    await this.guarding(async (platform) => {
      let refusal = isDue ? await this.lookAtAll(platform, known, now) : null;
      for (const task of byLabel) {
        const refused = await this.settle(platform, task);
        refusal ??= refused;
      }
      if (refusal !== null) throw refusal;
    });
  }

  /** Looks at tasks whose time is over, and returns those that have ended after all; none where that cannot be said. */
  async lastLook(tasks: readonly OpenTask[]): Promise<EndedTask[]> {
    const known = tasks.filter(isKnown);
    if (this.isAway || known.length === 0) return [];
    return this.tools.look(async (platform) => {
      const ended: EndedTask[] = [];
      for (const part of chunks(known, MOST_PER_LOOK)) {
        if (!this.mayAsk()) break;
        ended.push(...(await this.endedOf(platform, part)).ended);
      }
      return ended;
    });
  }

  private isTimeFor(known: readonly Known[], byLabel: number, now: Instant): boolean {
    return this.isAway || this.nextAt(known, requestsOf(known) + byLabel, now) <= now;
  }

  /** A look waits until all its requests may be made: of one that is cut off, the rest would come an interval later. */
  private hasRoomFor(known: readonly Known[], now: Instant): boolean {
    return this.budget.roomAt(now) >= Math.min(requestsOf(known), MOST_LOOKS_A_MINUTE);
  }

  private nextAt(known: readonly Known[], requests: number, now: Instant): Instant {
    const fresh = known.filter(({ runId }) => !this.looks.has(runId));
    // An acknowledgement of the future: the clock was set back, and nobody waits for that.
    const newestAckAt =
      fresh.length === 0 ? null : Math.min(...fresh.map(ackOf).map((at) => (at > now ? 0 : at)));
    const youngestMs = Math.max(0, now - Math.max(...known.map(ackOf)));
    return nextLookAt(
      { lastAt: this.lastAt, newestAckAt },
      { youngestMs, requests, isScarce: this.isScarce },
    );
  }

  /**
   * Looks at all tasks, those first that were not looked at for longest, as far as the platform may be asked. Returns what
   * was refused of one of them, null where nothing was.
   */
  private async lookAtAll(
    platform: TaskPlatform,
    known: readonly Known[],
    now: Instant,
  ): Promise<PlatformRefused | null> {
    this.lastAt = now;
    const lookOf = ({ runId }: Known) => this.looks.get(runId) ?? 0;
    let refusal: PlatformRefused | null = null;
    const inTurn = known.toSorted((a, b) => lookOf(a) - lookOf(b));
    for (const part of chunks(inTurn, MOST_PER_LOOK)) {
      if (!this.mayAsk()) break;
      for (const { runId } of part) this.looks.set(runId, now);
      const { ended, missing } = await this.endedOf(platform, part);
      try {
        for (const task of missing) {
          const answer = await this.askAlone(platform, task).catch(refusalOfOne);
          if (answer instanceof PlatformRefused) refusal ??= answer;
          else ended.push(...answer);
        }
      } finally {
        await this.tools.ends.record(ended);
      }
    }
    return refusal;
  }

  private mayAsk(requests = 1): boolean {
    return !this.tools.isStopping() && this.budget.take(this.tools.clock.now(), requests);
  }

  private async endedOf(platform: TaskPlatform, part: readonly Known[]) {
    const { seen, missing, rateLimit } = await platform.look(part.map(({ guid }) => guid));
    this.isScarce = rateLimit !== null && rateLimit.remaining < SCARCE * rateLimit.limit;
    const runOf = new Map(part.map(({ guid, runId }) => [guid, runId]));
    const ended = seen.flatMap((task): EndedTask[] => {
      const [runId, end] = [runOf.get(task.guid), endOf(task)];
      return runId === undefined || end === null ? [] : [{ runId, ...end }];
    });
    return { ended, missing: part.filter(({ guid }) => missing.includes(guid)) };
  }

  /** Asks for a task that a list did not show: lists and tasks may be of different moments. Of one that is gone the space is read, too. */
  private async askAlone(platform: TaskPlatform, { guid, runId }: Known): Promise<EndedTask[]> {
    if (!this.mayAsk(2)) return [];
    const found = await platform.find(guid);
    const end = found === 'gone' ? GONE : endOf(found);
    return end === null ? [] : [{ runId, ...end }];
  }

  /** Looks for one task by its label. Returns what was refused of it alone. */
  private async settle(platform: TaskPlatform, task: OpenTask): Promise<PlatformRefused | null> {
    if (!this.mayAsk()) return null;
    const settled = await this.tools.settlement.settle(task, platform).catch(refusalOfOne);
    if (settled instanceof PlatformRefused) return settled;
    if (settled.kind !== 'absent') return null;
    const end = task.state === 'ACK_NOT_RECVD' ? NEVER_CREATED : GONE;
    await this.tools.ends.record([{ runId: task.runId, ...end }]);
    return null;
  }

  private async guarding(work: (platform: TaskPlatform) => Promise<void>): Promise<void> {
    try {
      await this.tools.look(work);
      this.failures = 0;
    } catch (error) {
      this.notBefore = this.tools.clock.now() + this.pauseFor(error);
      throw error;
    }
  }

  /** Returns for how long the platform is left alone: until it wants to be asked, or it may be back. */
  private pauseFor(error: unknown): number {
    const isAnswer = error instanceof PlatformRefused && error.status < 500;
    if (isAnswer) this.failures = 0;
    const askedMs = askedPauseOf(error);
    if (isAnswer) return askedMs ?? PAUSES.longestMs;
    if (!isPlatformFailure(error)) return PAUSES.firstMs;
    this.failures += 1;
    return Math.max(askedMs ?? 0, pauseAfter(this.failures, PAUSES));
  }

  /** The clock may have been set back: nothing is waited for longer than it would be then. */
  private heed(now: Instant): void {
    if (this.lastAt !== null) this.lastAt = Math.min(this.lastAt, now);
    this.notBefore = Math.min(this.notBefore, now + LONGEST_ASKED_MS);
  }

  private forget(open: readonly OpenTask[]): void {
    const ids = new Set(open.map(({ runId }) => runId));
    for (const runId of this.looks.keys()) if (!ids.has(runId)) this.looks.delete(runId);
  }
}

/** Returns a refusal that may be about one task alone; throws any other error. */
function refusalOfOne(error: unknown): PlatformRefused {
  if (isOfOne(error)) return error;
  throw error;
}

function isKnown(task: OpenTask): task is Known {
  return task.guid !== null;
}

const requestsOf = (known: readonly Known[]): number => Math.ceil(known.length / MOST_PER_LOOK);
const ackOf = ({ ackedAt, sentAt }: OpenTask): Instant => ackedAt ?? sentAt;
