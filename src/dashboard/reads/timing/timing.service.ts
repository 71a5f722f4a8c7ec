import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { countedBySteps, LATENESS_STEPS, quantileOf } from '../../../core/lateness-steps.js';
import type { RunState } from '../../../core/run-state.js';
import { Database } from '../../../database/database.js';
import { RunSchedulesQuery } from '../runs/run-schedules.query.js';
import { SharedAnswers, type TaggedAnswer } from '../shared-answers.js';
import { TimingQuery, type TimedRun } from './timing.query.js';

const MOST_RUNS = 1_000;

/** How the runs of a schedule kept their time. */
@Injectable()
export class TimingService {
  constructor(
    private readonly database: Database,
    private readonly schedules: RunSchedulesQuery,
    private readonly timing: TimingQuery,
    private readonly shared: SharedAnswers,
  ) {}

  /** Returns how late and how long the last runs of a schedule were. Throws NotFound. */
  get(caller: AccessScope, scheduleId: string): Promise<TaggedAnswer> {
    return this.shared.get(caller, ['timing', scheduleId], () =>
      this.database.read(async (tx) => {
        await this.schedules.list(tx, caller, { jobId: undefined, scheduleId });
        return timing(await this.timing.list(tx, scheduleId, MOST_RUNS));
      }, caller),
    );
  }
}

function timing(runs: readonly TimedRun[]) {
  const states: Partial<Record<RunState, number>> = {};
  for (const { state } of runs) states[state] = (states[state] ?? 0) + 1;
  const figures = (times: readonly (number | null)[]) => {
    const known = times.filter((ms) => ms !== null);
    return { counts: countedBySteps(known), p50: quantileOf(known, 0.5), p99: quantileOf(known, 0.99) };
  };
  return {
    ...{ runs: runs.length, states, steps: LATENESS_STEPS },
    lateness: figures(runs.map(({ lateMs }) => lateMs)),
    duration: figures(runs.map(({ tookMs }) => tookMs)),
  };
}
