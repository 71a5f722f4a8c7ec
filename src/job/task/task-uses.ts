import { Injectable } from '@nestjs/common';
import { RunnerUses } from '../../runner/runner-uses.js';
import { TaskReader } from './task.reader.js';

const HELP = '(delete, or choose another runner)';

/** Keeps runners from being deleted while a task runs with them. */
@Injectable()
export class TaskUses {
  constructor(uses: RunnerUses, reader: TaskReader) {
    uses.join({
      nouns: [`task ${HELP}`, `tasks ${HELP}`],
      count: (tx, runnerId) => reader.countOfRunner(tx, runnerId),
    });
  }
}
