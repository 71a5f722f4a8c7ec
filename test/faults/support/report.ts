import { appendFileSync } from 'node:fs';
import type { Verdict } from '../oracle/oracle.js';

/** What came of one fault. */
export interface Judgement extends Verdict {
  readonly fault: string;
  readonly replicas: number;
  readonly leaseMs: number;
  /** What is wrong with the run table. */
  readonly complaints: readonly string[];
}

/** Puts a row into the report, which report-reporter.js prints when the run ends, and returns it. */
export function addToReport(judgement: Judgement): Judgement {
  const file = process.env['CARILLON_FAULT_ROWS'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(judgement)}\n`);
  return judgement;
}

/** What every fault is held to: nothing missed, nothing called twice without a reason, and back to normal in two leases. */
export function expectSound(judgement: Judgement): void {
  const { findings, complaints, missed, doubledOutsideFaults, recoveryMs, leaseMs } = judgement;
  const isWrong = missed > 0 || doubledOutsideFaults > 0;
  expect({ missed, doubledOutsideFaults, findings: isWrong ? findings : [], complaints }).toEqual({
    missed: 0,
    doubledOutsideFaults: 0,
    findings: [],
    complaints: [],
  });
  expect(recoveryMs).toBeLessThan(2 * leaseMs);
  expect(judgement.planned).toBeGreaterThan(50);
}
