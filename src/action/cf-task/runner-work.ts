import { Injectable } from '@nestjs/common';
import { RunnerUses } from '../../runner/runner-uses.js';
import { StopOrderStore } from './stop-order.store.js';
import { TaskRunStore } from './task-run.store.js';

/** What to do about them where the tasks themselves are deleted already. */
const RUNS_END = '(wait for the end, or delete the schedule)';
const STOPS_END = '(as soon as the Cloud Controller answers, given up after 24 h)';

/** Keeps a runner from being deleted while tasks of it run or are still to be stopped. */
@Injectable()
export class RunnerWork {
  constructor(uses: RunnerUses, tasks: TaskRunStore, stops: StopOrderStore) {
    uses.join({
      nouns: [`open run ${RUNS_END}`, `open runs ${RUNS_END}`],
      count: (tx, id) => tasks.countOfRunner(tx, id),
    });
    uses.join({
      nouns: [`task still to be stopped ${STOPS_END}`, `tasks still to be stopped ${STOPS_END}`],
      count: (tx, id) => stops.countOfRunner(tx, id),
    });
  }
}
