import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CancelCalls } from '../../action/http/cancel-calls.js';
import type { Canceled } from '../../schedule/overlap/meetings.js';
import { OverlapChanges, type OverlapListener } from '../../schedule/overlap/overlap-changes.js';
import { Dispatcher } from '../dispatcher.js';
import { CallAborts } from './call-aborts.js';

/**
 * Follows what committed claims of this replica did to other runs: an open call is given up, and an application is told that has
 * acknowledged its run. A call that another replica has open goes on: its answer is refused, for the run is nobody's any more.
 */
@Injectable()
export class OverlapFollower implements OverlapListener, OnModuleInit {
  constructor(
    private readonly changes: OverlapChanges,
    private readonly dispatcher: Dispatcher,
    private readonly aborts: CallAborts,
    private readonly cancelCalls: CancelCalls,
  ) {}

  onModuleInit(): void {
    this.changes.listen(this);
  }

  canceled(runs: readonly Canceled[]): void {
    this.putBack(runs.map(({ run }) => run.runId));
    for (const { run, next } of runs) {
      this.aborts.abort(run.runId);
      // One whose call is open hears of it by the end of its connection.
      if (run.state !== 'TRIGGERED') this.cancelCalls.tell(run.runId, next);
    }
  }

  putBack(runIds: readonly string[]): void {
    this.dispatcher.forget(new Set(runIds));
  }
}
