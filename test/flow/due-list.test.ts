import { inGroupsOf } from '../../src/core/fair-share.js';
import { MOST_PER_CLAIM } from '../../src/dispatch/claim-size.js';
import { DueList } from '../../src/dispatch/due-list.js';
import { FairQueue } from '../../src/dispatch/queue/fair-queue.js';
import { MarkLead } from '../../src/dispatch/queue/mark-lead.js';
import type { ClaimedRun } from '../../src/run-log/queue/claimed-run.js';
import { ManualClock } from '../support/manual-clock.js';

const TENANCIES = Array.from({ length: 100 }, (_, place) => place + 1);
const SOON = 1_000;
const dueAtOnce = (tenancyId: number) => ({ tenancyId, nextAt: 0, maxCalls: null, hasWaiting: false });

describe('The list of tenancies with due runs', () => {
  function setup() {
    const clock = new ManualClock();
    const limits = { maxCalls: 512, maxCallsPerTenant: 100, maxWaiting: 4_096, maxUnrecorded: 2_000 };
    const pace = { backlog: { size: 0, isFull: false }, lead: new MarkLead() };
    const list = new DueList(new FairQueue(limits, clock, () => null, pace));
    const look = () => list.renew({ due: TENANCIES.map(dueAtOnce), nextAt: 0, changedAt: 0 }, 0);
    /** One round in which each tenancy has so many runs left, due at an instant; returns what it claimed and in how many transactions. */
    const round = (left: Map<number, number>, dueAt = 0) => {
      const { shares } = list.nextRound();
      const transactions = inGroupsOf(list.perClaim, shares).length;
      const claimed = shares.flatMap(({ tenancyId, limit }) => {
        const has = left.get(tenancyId) ?? 0;
        const count = Math.min(has, limit);
        left.set(tenancyId, has - count);
        return Array.from({ length: count }, () => ({ tenancyId, dueAt }) as ClaimedRun);
      });
      list.served(shares, claimed, { soon: SOON, behind: new Set() });
      return { claimed: claimed.length, transactions };
    };
    const each = (count: number) => new Map(TENANCIES.map((tenancyId) => [tenancyId, count]));
    return { list, look, round, each };
  }

  it('asks for a run of each in one transaction', () => {
    const { list, look, round, each } = setup();
    for (let second = 0; second < 3; second++) {
      look();
      expect(round(each(1))).toEqual({ claimed: 100, transactions: 1 });
      expect(list.isEmpty).toBe(true);
    }
  });

  it('asks for much more where there is more, until nothing is left', () => {
    const { list, look, round, each } = setup();
    const left = each(50);
    const claims: number[] = [];
    look();
    while (!list.isEmpty) claims.push(round(left).claimed);
    expect(claims.reduce((sum, count) => sum + count, 0)).toBe(5_000);
    expect(claims[0]).toBe(MOST_PER_CLAIM);
    expect(Math.max(...claims)).toBe(2_000);
    expect(claims.length).toBeLessThanOrEqual(6);
  });

  it('asks again where the last run of a tenancy is due soon, and leaves it to the next look where it is not', () => {
    const { list, look, round, each } = setup();
    look();
    round(each(5), SOON);
    expect(list.isEmpty).toBe(false);
    look();
    round(each(50), SOON + 1);
    expect(list.isEmpty).toBe(true);
  });

  it('keeps a tenancy that has more than it was asked for', () => {
    const { list, look, round } = setup();
    look();
    const crowded = new Map([[1, 10_000]]);
    for (let time = 0; time < 3; time++) round(crowded);
    expect(list.isEmpty).toBe(false);
  });
});
