import { DAY_MS, type Instant } from '../core/instant.js';
import type { Standing } from '../database/entities/failing-schedule.row.js';
import type { ScheduleKind } from '../database/entities/schedule.row.js';
import { findingOf, type Finding, type Owner } from './finding.js';

/** For how long a one-time schedule whose run has failed is said to be failing. */
export const ONE_TIME_MS = DAY_MS;

/** A schedule as it is noted, beside what the tables of schedules and runs say of it now. */
export interface NotedSchedule extends Owner {
  readonly standing: Standing;
  readonly lastAt: Instant;
  /** Null where the schedule or its job is gone. */
  readonly kind: ScheduleKind | null;
  readonly isActive: boolean;
  readonly isJobActive: boolean;
  /** The newest ended run, where it is newer than the one that is noted. */
  readonly newer: NewerRun | null;
}

export interface NewerRun {
  readonly runId: string;
  readonly plannedAt: Instant;
  readonly endedAt: Instant;
  readonly isSuccess: boolean;
}

/** What is to be done about a noted schedule: forget it, note a finding, change how it stands, or nothing. */
export type Mend =
  | { readonly kind: 'forget' | 'keep' }
  | { readonly kind: 'note'; readonly finding: Finding }
  | { readonly kind: 'stand'; readonly from: Standing; readonly to: Standing };

/**
 * Returns what is to be done about a noted schedule so that it stands as the definition says: a schedule is failing whose newest
 * ended run is no SUCCESS, while it and its job are active. A one-time schedule is switched off by its own run, so
 * only its job counts, for a day (docs/contract/dashboard-reads.md, "Failing").
 */
export function mendOf(noted: NotedSchedule, now: Instant): Mend {
  const { kind, newer, standing } = noted;
  if (kind === null) return { kind: 'forget' };
  if (newer) {
    const row = { first: newer, newest: newer, times: 1 };
    return { kind: 'note', finding: findingOf(noted, newer.isSuccess ? 'healed' : 'failing', row) };
  }
  const isOnce = kind === 'once';
  if (isOnce && noted.lastAt <= now - ONE_TIME_MS) return { kind: 'forget' };
  const to = noted.isJobActive && (isOnce || noted.isActive) ? 'failing' : 'off';
  return standing === to ? { kind: 'keep' } : { kind: 'stand', from: standing, to };
}
