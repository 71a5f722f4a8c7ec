import type { Instant } from '../instant.js';
import type { Rate } from '../policy/throttle.js';

/** A stretch of `per` has so many parts. Calls are counted by part: that is what a rate loses, a fortieth. */
const PARTS = 40;
/** For how long before the latest slot calls are counted at least: replicas claim runs some seconds ahead of their time. */
const LEAST_KEPT_MS = 5_000;
/** By how much slower those come that wait: their slots then never meet a full stretch because of rounding. */
const SLOWER = 1.01;

/** What is stored of a pace: of bounded size, however many wait. */
export interface PaceState {
  /** The rate, as a text: a changed one starts afresh. */
  readonly of: string;
  /** The part that has the latest slot, and the slots in it and in those before it. */
  readonly top: number;
  readonly counts: readonly number[];
  /** The latest turn that was given out, and the latest slot of those whose turn came to nothing. */
  readonly tail: number;
  readonly last: number;
}

/**
 * Gives out the instants at which an endpoint may be called, so that no stretch of `per` has more than `calls`, and those that
 * wait come in turn and evenly. Who comes while nobody waits is called at once, up to `calls` after a time of rest. Who has to wait gets
 * a turn: an instant that is only estimated, in the line of all that wait, and takes nothing from anybody. When it has come, it asks for
 * its slot, which counts. In this way a turn that nobody takes costs nothing, and after a standstill all that wait move on.
 */
export class Pace {
  private readonly partMs: number;
  private readonly kept: number;
  private readonly gapMs: number;
  private top = 0;
  private counts: number[] = [];
  private tail = 0;
  private last = 0;
  private isChanged = false;

  constructor(
    private readonly rate: Rate,
    stored: string,
  ) {
    this.partMs = rate.perMs / PARTS;
    this.kept = PARTS + 1 + Math.ceil(LEAST_KEPT_MS / this.partMs);
    this.gapMs = ((rate.perMs / rate.calls) * SLOWER * (PARTS + 1)) / PARTS;
    const state = stateIn(stored);
    if (state?.of !== textOf(rate)) return;
    this.top = state.top;
    this.counts = [...state.counts];
    this.tail = state.tail;
    this.last = state.last;
  }

  /** Whether somebody was given a later turn than an instant. */
  hasLine(at: Instant): boolean {
    return this.tail > at || this.last > at;
  }

  /**
   * Forgets the line where nobody is in it any more, or where it goes further than anybody may wait: then the clock was set back.
   * What was counted counts as if it had just been.
   */
  tidy(now: Instant, { isAnyWaiting, mostMs }: { isAnyWaiting: boolean; mostMs: number }): void {
    const ahead = Math.max(this.tail, this.last, this.top * this.partMs) - now;
    if (ahead <= LEAST_KEPT_MS + (isAnyWaiting ? mostMs : 0)) {
      if (isAnyWaiting || !this.hasLine(now)) return;
    } else if (this.top > this.partOf(now)) this.top = this.partOf(now);
    this.tail = this.last = 0;
    this.isChanged = true;
  }

  /** Gives a slot at an instant to one that nobody is before; returns false where there is none. */
  takeAt(at: Instant): boolean {
    if (!this.hasRoom(this.partOf(at))) return false;
    this.count(this.partOf(at));
    return true;
  }

  /** Takes a slot back that was given for an instant and is not used. */
  giveBack(at: Instant): void {
    const place = this.top - this.partOf(at);
    const count = this.counts[place] ?? 0;
    if (count === 0) return;
    this.counts[place] = count - 1;
    this.isChanged = true;
  }

  /** Gives a turn, the earliest from `from` on and behind all others; null where that would be after `latest`. */
  turn(from: Instant, latest: Instant): Instant | null {
    const behind = Math.max(this.tail, this.last) + this.gapMs;
    // The earliest part that becomes free may have few calls, so the first of a line leaves one more to those behind it.
    const at = behind > from ? this.firstFree(behind) : this.firstFree(from) + this.partMs;
    if (Math.ceil(at) > latest) return null;
    this.tail = at;
    this.isChanged = true;
    return Math.ceil(at);
  }

  /** Gives a slot to one whose turn has come to nothing: behind all others of these. Null where that would be after `latest`. */
  slot(from: Instant, latest: Instant): Instant | null {
    const at = this.firstFree(Math.max(from, this.last + this.gapMs));
    if (Math.ceil(at) > latest) return null;
    this.last = at;
    this.count(this.partOf(Math.ceil(at)));
    return Math.ceil(at);
  }

  /** Returns by how much a slot may have passed that still counts. */
  get graceMs(): number {
    return this.partMs;
  }

  /** Returns the text to store; null where nothing has changed. */
  toStore(): string | null {
    if (!this.isChanged) return null;
    const { top, tail, last } = this;
    const counts = this.counts.slice(0, this.counts.findLastIndex((count) => count > 0) + 1);
    const state: PaceState = { of: textOf(this.rate), top, counts, tail: rounded(tail), last: rounded(last) };
    return JSON.stringify(state);
  }

  /** The first part of which everything is known that a slot in it depends on. */
  private get firstKnown(): number {
    return this.top - this.kept + PARTS + 1;
  }

  private partOf(at: Instant): number {
    return Math.floor(at / this.partMs);
  }

  private countOf(part: number): number {
    return part > this.top ? 0 : (this.counts[this.top - part] ?? 0);
  }

  /** How many slots there are in the stretch that ends with a part: one part more than `per` has, because it may begin within one. */
  private sumUpTo(part: number): number {
    let sum = 0;
    for (let each = Math.min(part, this.top); each >= part - PARTS && each > this.top - this.kept; each--)
      sum += this.countOf(each);
    return sum;
  }

  /** Whether one more slot in a part leaves every stretch that has it within the rate. What was before the kept parts is not known. */
  private hasRoom(part: number): boolean {
    if (part < this.firstKnown) return false;
    let sum = this.sumUpTo(part);
    for (let end = part; sum < this.rate.calls; sum += this.countOf(end) - this.countOf(end - PARTS - 1)) {
      if (end >= this.top || end === part + PARTS) return true;
      end++;
    }
    return false;
  }

  private firstFree(from: number): number {
    let part = Math.max(this.partOf(Math.ceil(from)), this.firstKnown);
    // Behind the latest slot the stretches empty, so this ends.
    while (!this.hasRoom(part)) part++;
    return Math.max(from, part * this.partMs);
  }

  private count(part: number): void {
    const steps = part - this.top;
    if (steps > this.kept) this.counts = [];
    else if (steps > 0) this.counts.unshift(...Array<number>(steps).fill(0));
    if (steps > 0) this.top = part;
    if (this.counts.length > this.kept) this.counts.length = this.kept;
    const place = this.top - part;
    while (this.counts.length <= place) this.counts.push(0);
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    this.isChanged = true;
  }
}

function textOf({ calls, perMs }: Rate): string {
  return `${calls}/${perMs}`;
}

function rounded(at: number): number {
  return Math.round(at * 1_000) / 1_000;
}

/** A text that was written otherwise is none: the pace starts afresh. */
function stateIn(text: string): PaceState | null {
  if (text === '') return null;
  try {
    return JSON.parse(text) as PaceState; // written by `toStore` alone
  } catch {
    return null;
  }
}
