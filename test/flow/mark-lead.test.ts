import { FairQueue } from '../../src/dispatch/queue/fair-queue.js';
import { MarkLead } from '../../src/dispatch/queue/mark-lead.js';
import type { ClaimedRun } from '../../src/run-log/queue/claimed-run.js';
import { ManualClock } from '../support/manual-clock.js';

describe('The lead of marks', () => {
  it('is short where marks are fast, and no longer than a fifth of a second where they are slow', () => {
    const lead = new MarkLead();
    lead.observe(2);
    expect(lead.markedByMs).toBe(10);
    lead.observe(60);
    expect(lead.markedByMs).toBe(120);
    lead.observe(3_000);
    expect(lead.markedByMs).toBe(200);
  });

  it('becomes short again when marks are fast again', () => {
    const lead = new MarkLead();
    lead.observe(90);
    lead.observe(2);
    expect(lead.markedByMs).toBeGreaterThan(100);
    for (let batch = 0; batch < 100; batch++) lead.observe(2);
    expect(lead.markedByMs).toBe(10);
  });

  it('says how early the queue takes runs', () => {
    const lead = new MarkLead();
    const clock = new ManualClock();
    const started: string[] = [];
    const limits = { maxCalls: 10, maxCallsPerTenant: 10, maxWaiting: 100, maxUnrecorded: 20 };
    const start = ({ runId }: ClaimedRun) => {
      started.push(runId);
      return new Promise<void>(() => undefined);
    };
    const backlog = { size: 0, isFull: false };
    const queue = new FairQueue(limits, clock, start, { backlog, lead });
    const runDueIn = (ms: number) =>
      ({ runId: `in ${ms}`, tenancyId: 1, dueAt: clock.now() + ms, schedule: {} }) as unknown as ClaimedRun;
    queue.add([runDueIn(30), runDueIn(180), runDueIn(400)]);
    expect(started).toEqual(['in 30']);
    lead.observe(60);
    queue.startDue();
    expect(started).toEqual(['in 30', 'in 180']);
    queue.close();
  });
});
