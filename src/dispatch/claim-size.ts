import type { Share } from '../core/fair-share.js';

/** How many runs one transaction claims at most: it should end within a few milliseconds. */
export const MOST_PER_CLAIM = 200;
/** How many claim transactions may run at once: while one waits for the disk, the calls need the next one. */
const CLAIMS_AT_ONCE = 10;
export const MOST_PER_ROUND = CLAIMS_AT_ONCE * MOST_PER_CLAIM;
/** What a claim asks a tenancy for at least: with one, a second run at the same moment would take another round. */
const LEAST_PER_TENANCY = 2;
/** How much more is asked for where the last claim found all that it asked for. */
const GROWTH = 4;

/**
 * How many runs of a tenancy a round asks for: twice what the last round found, and much more where there was more.
 * Asked for as many as there is room for, a hundred tenancies with a run each would take ten transactions; so they
 * take one.
 */
export class ClaimSize {
  private perTenancy = LEAST_PER_TENANCY;
  private isLight = false;

  /** How many runs to ask for in one transaction: twice what it is to claim, where half of that is found. */
  get perClaim(): number {
    return this.isLight ? 2 * MOST_PER_CLAIM : MOST_PER_CLAIM;
  }

  /** Returns how many runs to ask each of so many tenancies for. One transaction's worth is always asked for. */
  mostOf(tenancies: number): number {
    return Math.max(this.perTenancy, Math.ceil(MOST_PER_CLAIM / Math.max(1, tenancies)));
  }

  /** Notes how many runs were found where these were asked for. */
  observe(asked: readonly Share[], found: number): void {
    if (asked.length === 0) return;
    const most = asked.reduce((sum, { limit }) => sum + limit, 0);
    this.isLight = found <= most / 2;
    this.perTenancy = this.isLight
      ? Math.max(LEAST_PER_TENANCY, 2 * Math.ceil(found / asked.length))
      : Math.min(MOST_PER_ROUND, this.perTenancy * GROWTH);
  }
}
