import { longCallSlots } from '../../core/policy/timeout.js';

/**
 * What a call is to the slots: `long` may take much longer than usual; `background` is of a run that somebody has made little by
 * little (back-fill, bulk replay), which nobody else is to wait for.
 */
export type CallKind = 'usual' | 'long' | 'background';

/** Which kinds of calls may begin now. */
export type Permitted = Readonly<Record<Exclude<CallKind, 'usual'>, boolean>>;

/** Where nothing but usual calls waits, it does not matter whether others are permitted. */
export const USUAL_ONLY: Permitted = Object.freeze({ long: false, background: false });

/** The open calls of a tenancy, or of all of them. */
export class OpenCalls {
  private readonly open: Record<CallKind, number> = { usual: 0, long: 0, background: 0 };
  private sum = 0;

  /** How many there are. */
  get total(): number {
    return this.sum;
  }

  /** How many are not of background runs. */
  get foreground(): number {
    return this.sum - this.open.background;
  }

  count(kind: CallKind, change: 1 | -1): void {
    this.open[kind] += change;
    this.sum += change;
  }

  /**
   * Returns what may begin beside the open calls where there are so many slots: long calls get half of them, and background ones
   * what long ones leave of that half, one at least. So slow endpoints leave the other half to everybody else.
   */
  permits(slots: number): Permitted {
    const { long, background } = this.open;
    const half = longCallSlots(slots);
    return { long: long < half, background: long + background < half };
  }
}
