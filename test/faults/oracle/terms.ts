/** All instants are milliseconds of the host's clock. */

/** One call that the endpoint got. */
export interface Call {
  readonly scheduleId: string;
  readonly runId: string;
  readonly atMs: number;
}

/** Something that was done to the deployment. One that happens at once, such as a kill, begins and ends in the same instant. */
export interface Fault {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What the service is held to. */
export interface Terms {
  /** How late a run may be called while nothing is wrong. */
  readonly latenessMs: number;
  /** How much before its planned instant a call may arrive: what clocks of two processes may differ by. */
  readonly earlyMs: number;
  readonly leaseMs: number;
  readonly faults: readonly Fault[];
}

/** The span in which a planned run must be called. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Whether a fault reaches into it: then the run may be called more than once. */
  readonly isInFault: boolean;
}

/** After the end of a fault everything is as usual again within so many leases. */
export const LEASES_TO_RECOVER = 2;

/**
 * Returns when a run planned for an instant must be called: within the allowed lateness or, where a fault reaches
 * into that span or its aftermath (two leases) does, by the end of that aftermath. A second fault that begins in an
 * aftermath prolongs it: the replica that took a run over may be the next to die.
 */
export function windowOf(atMs: number, terms: Terms): Window {
  let untilMs = atMs + terms.latenessMs;
  let isInFault = false;
  for (const fault of [...terms.faults].sort((a, b) => a.fromMs - b.fromMs)) {
    const recoveredAt = fault.untilMs + LEASES_TO_RECOVER * terms.leaseMs;
    if (fault.fromMs > untilMs || recoveredAt < atMs) continue;
    untilMs = Math.max(untilMs, recoveredAt);
    isInFault = true;
  }
  return { fromMs: atMs - terms.earlyMs, untilMs, isInFault };
}

/** Returns how long after the end of the latest fault before it a late call came; 0 where none had ended. */
export function recoveryOf(calledAtMs: number, { faults }: Terms): number {
  const ends = faults.map((fault) => fault.untilMs).filter((untilMs) => untilMs <= calledAtMs);
  return ends.length === 0 ? 0 : calledAtMs - Math.max(...ends);
}
