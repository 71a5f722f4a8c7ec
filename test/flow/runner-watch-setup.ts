import { RunnerWatch } from '../../src/action/cf-task/runner-watch.js';
import type { EndedTask, TaskEnds } from '../../src/action/cf-task/task-ends.js';
import type { OpenTask } from '../../src/action/cf-task/task-run.store.js';
import type { TaskSettlement } from '../../src/action/cf-task/task-settlement.js';
import type { RateLimit, TaskLook, TaskPlatform, TaskSeen } from '../../src/runner/task-platform.js';
import { ManualClock } from '../support/manual-clock.js';

export const S = 1_000;
export const M = 60 * S;

/** What the platform does with looks. */
interface Facts {
  failure: Error | null;
  failureAlone: Error | null;
  /** What becomes of looks by label, by the run. */
  byLabel: (runId: string) => Error | null;
  rateLimit: RateLimit | null;
}

/** A watch over tasks that exist in this test only, one look at it each second. */
export function setup() {
  const clock = new ManualClock(0);
  let open: OpenTask[] = [];
  const ended = new Map<string, Pick<TaskSeen, 'state' | 'failureReason'>>();
  const lost = new Set<string>();
  /** When which request came. */
  const looks: number[] = [];
  const alone: string[] = [];
  const recorded: { at: number; runIds: string[] }[] = [];
  const facts: Facts = { failure: null, failureAlone: null, byLabel: () => null, rateLimit: null };

  const seenOf = (guid: string): TaskSeen => ({
    ...{ guid, sequenceId: 1, name: 'task', state: 'RUNNING', failureReason: null, createdAt: 0 },
    ...ended.get(guid),
  });
  const platform = {
    look: async (guids: readonly string[]): Promise<TaskLook> => {
      looks.push(clock.now());
      expect(guids.length).toBeLessThanOrEqual(100);
      if (facts.failure) throw facts.failure;
      const missing = guids.filter((guid) => lost.has(guid));
      const seen = guids.filter((guid) => !lost.has(guid)).map(seenOf);
      return { seen, missing, rateLimit: facts.rateLimit };
    },
    find: async (guid: string) => {
      looks.push(clock.now());
      alone.push(guid);
      if (facts.failureAlone && !ended.has(guid)) throw facts.failureAlone;
      return ended.has(guid) ? seenOf(guid) : ('gone' as const);
    },
  } as unknown as TaskPlatform;
  const ends = {
    record: async (some: readonly EndedTask[]) => {
      if (some.length === 0) return;
      const runIds = some.map(({ runId }) => runId);
      recorded.push({ at: clock.now(), runIds });
      open = open.filter(({ runId }) => !runIds.includes(runId));
    },
  } as unknown as TaskEnds;
  const settled: string[] = [];
  const settlement = {
    settle: async ({ runId }: OpenTask) => {
      looks.push(clock.now());
      settled.push(runId);
      const failure = facts.byLabel(runId);
      if (failure) throw failure;
      return { kind: 'open', until: 0 };
    },
  };
  const watch = new RunnerWatch({
    look: (work) => work(platform),
    ends,
    settlement: settlement as unknown as TaskSettlement,
    clock,
    isStopping: () => false,
  });

  const add = (runId: string, guid: string | null = `guid-${runId}`): void => {
    const times = { sentAt: clock.now(), ackedAt: clock.now(), lookedAt: null, endsBy: Infinity };
    open.push({
      ...{
        runId,
        runnerId: 'runner',
        appId: 'app',
        guid,
        state: 'ACK_RECVD',
        isOver: false,
      },
      ...times,
    });
  };
  /** Lets seconds pass, with a round in each. */
  const pass = async (ms: number) => {
    for (const until = clock.now() + ms; clock.now() < until;) {
      clock.advance(S);
      await watch.round(open).catch(() => undefined);
    }
  };
  const end = (runId: string, state: TaskSeen['state'] = 'SUCCEEDED') =>
    ended.set(`guid-${runId}`, { state, failureReason: null });
  return {
    clock,
    looks,
    alone,
    settled,
    recorded,
    facts,
    lost,
    watch,
    add,
    pass,
    end,
    openCount: () => open.length,
  };
}
