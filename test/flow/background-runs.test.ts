import type { CallKind } from '../../src/dispatch/queue/call-slots.js';
import { FairQueue } from '../../src/dispatch/queue/fair-queue.js';
import { MarkLead } from '../../src/dispatch/queue/mark-lead.js';
import type { ClaimedRun } from '../../src/run-log/queue/claimed-run.js';
import { ManualClock } from '../support/manual-clock.js';

interface FakeRun {
  readonly kind: CallKind;
  readonly tenancyId: number;
}

/** A queue whose calls last until they are ended; the tenancies have 8 slots each, all together 16. */
function setup() {
  const clock = new ManualClock();
  const open: (FakeRun & { readonly end: () => void })[] = [];
  const kinds = new WeakMap<ClaimedRun, CallKind>();
  const kindOf = (run: ClaimedRun) => kinds.get(run) ?? 'usual';
  const start = (run: ClaimedRun) =>
    new Promise<void>((resolve) => open.push({ kind: kindOf(run), tenancyId: run.tenancyId, end: resolve }));
  const limits = { maxCalls: 16, maxCallsPerTenant: 8, maxWaiting: 128, maxUnrecorded: 100 };
  const pace = { backlog: { size: 0, isFull: false }, lead: new MarkLead(), kindOf };
  const queue = new FairQueue(limits, clock, start, pace);
  const add = (count: number, kind: CallKind, { tenancyId = 1, dueAt = clock.now() } = {}) => {
    const runs = Array.from({ length: count }, () => ({ tenancyId, dueAt, schedule: {} }) as ClaimedRun);
    for (const run of runs) kinds.set(run, kind);
    queue.add(runs);
  };
  const openOf = (kind: CallKind, tenancyId?: number) =>
    open.filter((call) => call.kind === kind && (tenancyId ?? call.tenancyId) === call.tenancyId).length;
  const end = async (kind: CallKind, count = 1) => {
    for (let n = 0; n < count; n++) {
      const place = open.findIndex((call) => call.kind === kind);
      open.splice(place, 1)[0]?.end();
    }
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { clock, queue, add, openOf, end };
}

describe('Background runs', () => {
  it('have half of the slots of their tenant, and leave the rest to what is due', () => {
    const { add, openOf } = setup();
    add(50, 'background');
    expect(openOf('background')).toBe(4);
    add(3, 'usual');
    expect(openOf('usual')).toBe(3);
  });

  it('wait while anything else of their tenant is due, and follow when nothing is', async () => {
    const { add, openOf, end } = setup();
    add(12, 'usual');
    add(5, 'background');
    expect([openOf('usual'), openOf('background')]).toEqual([8, 0]);
    await end('usual', 4);
    expect([openOf('usual'), openOf('background')]).toEqual([8, 0]);
    await end('usual', 3);
    expect([openOf('usual'), openOf('background')]).toEqual([5, 3]);
  });

  it('share the half of the slots with calls that may take long', async () => {
    const { add, openOf, end } = setup();
    add(3, 'long');
    add(5, 'background');
    expect([openOf('long'), openOf('background')]).toEqual([3, 1]);
    add(4, 'usual');
    expect(openOf('usual')).toBe(4);
    await end('long');
    expect(openOf('background')).toBe(2);
  });

  it('have half of all slots together, and count not at all where the others are shared out', () => {
    const { add, openOf } = setup();
    for (let tenancyId = 2; tenancyId < 30; tenancyId++) add(20, 'background', { tenancyId });
    expect(openOf('background')).toBe(8);
    add(20, 'usual');
    // Alone it has all that one tenant may have, however many make up their past.
    expect(openOf('usual', 1)).toBe(8);
  });

  it('keep no planned run from being claimed, however many wait', () => {
    const { queue, add } = setup();
    const room = () => [queue.room, queue.wantsOf(1, null, 1)];
    const [all = 0, own = 0] = room();
    add(300, 'background');
    expect(room()).toEqual([all - 4, own - 4]);
    add(1, 'usual', { dueAt: Infinity });
    expect(room()).toEqual([all - 5, own - 5]);
  });

  it('are taken out like any other', () => {
    const { queue, add } = setup();
    add(10, 'background');
    expect(queue.waiting).toBe(6);
    expect(queue.close()).toHaveLength(6);
    expect(queue.waiting).toBe(0);
  });
});
