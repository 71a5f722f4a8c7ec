import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import { MINUTE_MS, wireText } from '../core/instant.js';
import { Database } from '../database/database.js';
import type { RunnerRow } from '../database/entities/runner.row.js';
import type { LoginGate } from './login-gate.js';
import { LoginRefused } from './platform-failure.js';
import { RunnerFindings } from './runner-findings.js';
import { RunnerStore, type LoginRecord } from './runner.store.js';

/** How long nobody logs in after the first, the second and each further refusal in a row. */
const PAUSES_MS = [5 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS];
const pauseAfter = (refusedLogins: number) => PAUSES_MS[Math.min(refusedLogins, PAUSES_MS.length) - 1] ?? 0;

const NO_REFUSAL: LoginRecord = { refusedLogins: 0, nextLoginAt: null, problem: null };

type Runner = Pick<RunnerRow, 'id' | 'version' | 'name'>;

/**
 * Holds runners back from logins that would lock their users: after a refusal the next try is a row, which counts for all
 * replicas, and one of them makes it.
 */
@Injectable()
export class RunnerLogins {
  constructor(
    private readonly database: Database,
    private readonly store: RunnerStore,
    private readonly findings: RunnerFindings,
    private readonly clock: Clock,
  ) {}

  /** Returns the gate of one version of a runner: another one has new credentials, which may be tried at once. */
  gateOf(runner: Runner): LoginGate {
    return { pass: (logIn, isForced) => this.pass(runner, logIn, isForced) };
  }

  private async pass<T>(runner: Runner, logIn: () => Promise<T>, isForced: boolean): Promise<T> {
    const record = (await this.database.read((tx) => this.store.findLogin(tx, runner))) ?? NO_REFUSAL;
    if (record.nextLoginAt !== null && !isForced) await this.takeTurn(runner, record, record.nextLoginAt);
    try {
      const result = await logIn();
      if (record.refusedLogins > 0) await this.accepted(runner);
      return result;
    } catch (error) {
      if (error instanceof LoginRefused) await this.refused(runner, record, error);
      throw error;
    }
  }

  private async takeTurn(
    runner: Runner,
    { refusedLogins, problem }: LoginRecord,
    next: number,
  ): Promise<void> {
    const now = this.clock.now();
    const until = now + pauseAfter(refusedLogins);
    const isMine =
      next <= now && (await this.database.transaction((tx) => this.store.takeLogin(tx, runner, next, until)));
    if (isMine) return;
    const again = `It is tried again after ${wireText(Math.max(next, now))} (UTC), with new credentials, or by a check.`;
    throw new LoginRefused(`${problem ?? 'The last login was refused.'} ${again}`, false);
  }

  private async refused(runner: Runner, record: LoginRecord, error: LoginRefused): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.findings.noteIn(tx, runner, { state: 'refused', problem: error.message });
      if (!error.isOfCredentials) return;
      const times = record.refusedLogins + 1;
      await this.store.noteLogin(tx, runner, times, this.clock.now() + pauseAfter(times));
    });
  }

  private async accepted(runner: Runner): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.findings.noteIn(tx, runner, { state: 'ready', problem: null });
      await this.store.noteLogin(tx, runner, 0, null);
    });
  }
}
