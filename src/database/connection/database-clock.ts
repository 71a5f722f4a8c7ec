import { Clock } from '../../core/clock.js';
import { MINUTE_MS, SECOND_MS, type Instant } from '../../core/instant.js';

/** Two clocks of one host drift apart by less than a millisecond a minute. */
const MEASURED_FOR_MS = 5 * MINUTE_MS;
/** An answer that took so long says too little about when it was given, so that it is asked for again soon. */
const MOST_DOUBT_MS = 100;
/** An answer that came within this is good enough. */
const LITTLE_DOUBT_MS = 4;
const MOST_QUESTIONS = 5;
/** The calendar and the ticks of a host part by so much only where one was set, or the host slept. */
const STEP_MS = SECOND_MS;

/** What a DatabaseClock is made from. */
export interface ClockSources {
  /** This host's own clock, which may be wrong and may be set at any time. */
  readonly host: Clock;
  /** Milliseconds since some moment: they go on as they are when the host's clock is set. */
  readonly ticks: () => number;
  /** Asks the database what time it is. */
  readonly ask: () => Promise<Instant>;
}

/** The moment of a measurement, by each clock. */
interface Mark {
  readonly at: Instant;
  readonly ticks: number;
  readonly hostAt: Instant;
  readonly isSure: boolean;
}

/**
 * The clock of the database that the replicas share, so that they agree however wrong their hosts' clocks are
 * (runs-and-behaviour.md, "Guarantees"). Between two measurements it goes by the host's ticks: a host whose clock is
 * set, by hand or by a time service, neither calls a run early nor forgets one.
 */
export class DatabaseClock extends Clock {
  private constructor(
    private readonly sources: ClockSources,
    private mark: Mark,
  ) {
    super();
  }

  /** Asks the database for its time, and returns the clock that goes on from there. */
  static async start(sources: ClockSources): Promise<DatabaseClock> {
    return new DatabaseClock(sources, await measure(sources));
  }

  now(): Instant {
    return Math.floor(this.mark.at + this.sources.ticks() - this.mark.ticks);
  }

  /** Returns whether the host's clock was set, or the host slept, since the last measurement: then ticks may be missing. */
  get hasStepped(): boolean {
    const { host, ticks } = this.sources;
    const passed = ticks() - this.mark.ticks;
    return Math.abs(host.now() - this.mark.hostAt - passed) > STEP_MS;
  }

  /** Measures again where the last measurement is old, was poor, or holds no more. */
  async check(): Promise<void> {
    const age = this.sources.ticks() - this.mark.ticks;
    if (age < MEASURED_FOR_MS && this.mark.isSure && !this.hasStepped) return;
    this.mark = await measure(this.sources);
  }
}

/**
 * Asks a few times and believes the answer that came quickest: half of its time is the most that it can be wrong by.
 * A first question may wait for a connection, and a busy process for its turn.
 */
async function measure(sources: ClockSources): Promise<Mark> {
  let best: { mark: Mark; tookMs: number } | null = null;
  for (let asked = 0; asked < MOST_QUESTIONS; asked++) {
    const began = sources.ticks();
    const answer = await sources.ask();
    const ended = sources.ticks();
    const tookMs = ended - began;
    const mark = {
      at: answer + tookMs / 2,
      ticks: ended,
      hostAt: sources.host.now(),
      isSure: tookMs <= MOST_DOUBT_MS,
    };
    if (best === null || tookMs < best.tookMs) best = { mark, tookMs };
    if (tookMs <= LITTLE_DOUBT_MS) break;
  }
  if (best === null) throw new Error('The database was not asked for its time.');
  return best.mark;
}
