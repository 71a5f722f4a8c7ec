import { chainOf } from './chain.js';
import { grouped } from './grouped.js';
import { match } from './matching.js';
import { recoveryOf, windowOf, type Call, type Terms } from './terms.js';
import { instantsOf, type Change, type Instant } from './timeline.js';

/** What was asked of a schedule, and what is on record of it. */
export interface Schedule {
  readonly scheduleId: string;
  readonly changes: readonly Change[];
  readonly isDeleted: boolean;
}

/** A run of the run table. */
export interface StoredRun {
  readonly scheduleId: string;
  readonly runId: string;
  readonly plannedAtMs: number;
  readonly isFinal: boolean;
  readonly claimedBy: number | null;
  readonly executedAtMs: number | null;
  readonly completedAtMs: number | null;
}

export interface Verdict {
  /** Runs that were due, and runs in the moment of a change that were called. */
  readonly planned: number;
  readonly called: number;
  /** Runs that were due and not called in their window. */
  readonly missed: number;
  /** Calls beyond the one that each planned run gets. */
  readonly doubled: number;
  /** Those of them that no fault explains. */
  readonly doubledOutsideFaults: number;
  /** From the end of a fault until the last late run that it left had been called; 0 where none was late. */
  readonly recoveryMs: number;
  readonly worstLatenessMs: number;
  /** The first few of what is wrong, for whoever has to find out why. */
  readonly findings: readonly string[];
}

interface Tally {
  planned: number;
  called: number;
  missed: number;
  doubled: number;
  doubledOutsideFaults: number;
  recoveryMs: number;
  worstLatenessMs: number;
  findings: string[];
}

const MOST_FINDINGS = 20;

/**
 * Judges what a deployment called against what was planned. A planned run must be called exactly once in its window,
 * and at least once where a fault reaches into that (see `windowOf`). The calls of one run id are one run and its
 * repetitions; the first calls are matched with the instants.
 */
export function judge(
  schedules: readonly Schedule[],
  calls: readonly Call[],
  record: readonly StoredRun[],
  terms: Terms,
): Verdict {
  const tally: Tally = {
    ...{ planned: 0, called: calls.length, missed: 0, doubled: 0, doubledOutsideFaults: 0 },
    ...{ recoveryMs: 0, worstLatenessMs: 0, findings: [] },
  };
  const callsOf = grouped(
    [...calls].sort((a, b) => a.atMs - b.atMs),
    (call) => call.scheduleId,
  );
  const rowsOf = grouped(record, (run) => run.scheduleId);
  for (const schedule of schedules) {
    const own = callsOf.get(schedule.scheduleId) ?? [];
    judgeOne(schedule, own, rowsOf.get(schedule.scheduleId) ?? [], { terms, tally });
    callsOf.delete(schedule.scheduleId);
  }
  for (const strangers of callsOf.values()) for (const call of strangers) noteDoubled(call, { terms, tally });
  return { ...tally, findings: tally.findings.slice(0, MOST_FINDINGS) };
}

function judgeOne(
  schedule: Schedule,
  calls: readonly Call[],
  rows: readonly StoredRun[],
  { terms, tally }: { terms: Terms; tally: Tally },
): void {
  const firsts = [...grouped(calls, (call) => call.runId).values()].flatMap((run) => run.slice(0, 1));
  for (const call of calls) if (!firsts.includes(call)) noteDoubled(call, { terms, tally });
  const instants = expectedOf(schedule, firsts, rows, { terms, tally });
  const due = instants.filter((instant) => instant.isDue);
  const points = firsts.map((call) => call.atMs);

  // Two matchings, each the largest of its kind. One that is both exists (Mendelsohn and Dulmage 1958): whatever can
  // be covered on either side of a bipartite graph can be covered at once.
  const ofDue = match(points, windowsOf(due, terms));
  ofDue.forEach((place, index) => {
    if (place === null) noteMissed(schedule.scheduleId, due[index]?.atMs ?? 0, tally);
  });
  const ofAll = match(points, windowsOf(instants, terms));
  const taken = new Set(ofAll);
  firsts.forEach((call, place) => {
    if (!taken.has(place)) noteDoubled(call, { terms, tally });
  });
  const missed = ofDue.filter((place) => place === null).length;
  tally.planned += missed + ofAll.filter((place) => place !== null).length;
  // How late a call was is told by the record, where it has the run: a matching may exchange neighbours.
  const plannedAt = new Map(rows.map((run) => [run.runId, run.plannedAtMs]));
  ofAll.forEach((place, index) => {
    const call = firsts[place ?? -1];
    if (call !== undefined)
      noteLateness(call, plannedAt.get(call.runId) ?? instants[index]?.atMs ?? 0, { terms, tally });
  });
}

function expectedOf(
  schedule: Schedule,
  firsts: readonly Call[],
  rows: readonly StoredRun[],
  { terms, tally }: { terms: Terms; tally: Tally },
): readonly Instant[] {
  if (schedule.changes[0]?.pattern?.kind !== 'interval') return instantsOf(schedule.changes, terms);
  const calledAt = new Map(firsts.map((call) => [call.runId, call.atMs]));
  const links = rows.map(({ runId, plannedAtMs }) => ({
    plannedAtMs,
    calledAtMs: calledAt.get(runId) ?? null,
  }));
  const { instants, unplanned, overplanned } = chainOf(schedule.changes, links, terms);
  if (unplanned > 0)
    tally.findings.push(`${schedule.scheduleId}: its interval calls for ${unplanned} runs more`);
  if (overplanned > 0)
    tally.findings.push(`${schedule.scheduleId}: ${overplanned} runs come before its interval`);
  tally.planned += unplanned;
  tally.missed += unplanned;
  tally.doubled += overplanned;
  tally.doubledOutsideFaults += overplanned;
  return instants;
}

function windowsOf(instants: readonly Instant[], terms: Terms) {
  return instants.map(({ atMs }) => windowOf(atMs, terms));
}

function noteLateness(
  { atMs }: Call,
  plannedAtMs: number,
  { terms, tally }: { terms: Terms; tally: Tally },
): void {
  const latenessMs = atMs - plannedAtMs;
  tally.worstLatenessMs = Math.max(tally.worstLatenessMs, latenessMs);
  if (latenessMs > terms.latenessMs) tally.recoveryMs = Math.max(tally.recoveryMs, recoveryOf(atMs, terms));
}

function noteMissed(scheduleId: string, atMs: number, tally: Tally): void {
  tally.missed += 1;
  tally.findings.push(`${scheduleId}: missed ${new Date(atMs).toISOString()}`);
}

function noteDoubled(
  { scheduleId, runId, atMs }: Call,
  { terms, tally }: { terms: Terms; tally: Tally },
): void {
  tally.doubled += 1;
  const isExplained = windowOf(atMs - terms.latenessMs, terms).isInFault;
  if (!isExplained) tally.doubledOutsideFaults += 1;
  const where = isExplained ? 'in the wake of a fault' : 'though nothing was wrong';
  tally.findings.push(
    `${scheduleId}: run ${runId} was called once too often at ${new Date(atMs).toISOString()}, ${where}`,
  );
}
