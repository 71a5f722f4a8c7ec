import type { RunPolicy } from '../core/policy/run-policy.js';
import type { Instant } from '../core/instant.js';
import type { RunState } from '../core/run-state.js';
import type { RunOrigin } from '../database/entities/run.row.js';
import type { ScheduleKind } from '../database/entities/schedule.row.js';
import type { EndedJob } from './run-endings.js';

/** The result of a call to an action, ready to be stored. */
export interface RunOutcome {
  readonly id: Buffer;
  readonly runId: string;
  readonly scheduleId: string;
  readonly scheduleKind: ScheduleKind;
  readonly job: EndedJob;
  /** The settings of job and schedule together; null where stored settings cannot be read. */
  readonly policy: RunPolicy | null;
  readonly tenancyId: number;
  readonly origin: RunOrigin;
  readonly pacedBy: string | null;
  readonly plannedAt: Instant;
  readonly dueAt: Instant;
  readonly state: RunState;
  readonly executedAt: Instant;
  /** When the answer came, or when the service stopped waiting for it. */
  readonly answeredAt: Instant;
  readonly httpStatus: number | null;
  readonly text: string;
  /** Where the run may be called more than once: not there for those that nobody wants that of. */
  readonly retry?: RetryState;
}

/** What a run that may be called more than once has behind and before it. */
export interface RetryState {
  /** The number of this call: 1 for the first. */
  readonly attempt: number;
  /** The calls before, as they are stored. */
  readonly attempts: string | null;
  /** When the next call is due, because this one failed; null where none follows. */
  readonly nextAt: Instant | null;
}
