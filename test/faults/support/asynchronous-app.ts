import request from 'supertest';
import { RUN_STATES } from '../../../src/core/run-state.js';
import type { ActionTarget } from '../../support/action-target.js';
import {
  complaintsAboutReports,
  type Outcome,
  type RecordedEnd,
  type SentReport,
} from '../oracle/reports.js';
import { runIdOf, type Deployment } from './deployment.js';
import { HeldEnds } from './held-ends.js';
import { startOwnJob } from './own-job.js';
import type { Replica } from './replica.js';
import { until } from '../../support/look-again.js';

/** A run that was called and acknowledged. */
export interface AppRun {
  readonly runId: string;
  /** Where its report goes. */
  readonly path: string;
}

const ACKNOWLEDGED = RUN_STATES.indexOf('ACK_RECVD');
const ACKNOWLEDGED_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 20_000;
const KNOWN_WITHIN_MS = 30_000;

/**
 * An application with asynchronous runs, beside the workload and with an endpoint of its own: answers every call with 202, reports
 * when it is told to, and keeps account of how that was answered. Its runs are asked for, and for the end of each an operation waits.
 */
export class AsynchronousApp {
  private readonly sent: SentReport[] = [];

  private constructor(
    private readonly deployment: Deployment,
    private readonly endpoint: ActionTarget,
    private readonly owner: { readonly token: string; readonly runs: string },
  ) {}

  static async start(deployment: Deployment): Promise<AsynchronousApp> {
    const { endpoint, token, path, scheduleIds } = await startOwnJob(deployment, { name: 'asynchronous' });
    endpoint.reacts({ kind: 'answer', status: 202 });
    const runs = `${path}/schedules/${scheduleIds[0]}/runs`;
    return new AsynchronousApp(deployment, endpoint, { token, runs });
  }

  /** Asks for so many runs and returns them once each has been called and waits for its report. */
  async acknowledged(count: number): Promise<AppRun[]> {
    const { api, table } = this.deployment;
    const { token, runs } = this.owner;
    const before = this.endpoint.calls.length;
    for (let n = 0; n < count; n++) await api.send('post', runs, { token });
    const calls = (await this.endpoint.received(before + count)).slice(before);
    const own = calls.map((call) => ({
      runId: runIdOf(call),
      path: `${runs}/${String(call.headers['x-sap-job-run-id'])}`,
    }));
    await until('all runs wait for their report', ACKNOWLEDGED_WITHIN_MS, async () => {
      const ids = own.map(({ runId }) => `'${runId}'`).join(',');
      const [row] = await table.query<{ waiting: number }>(
        `SELECT COUNT(*) AS waiting FROM run WHERE state = ${ACKNOWLEDGED} AND LOWER(HEX(id)) IN (${ids})`,
      );
      return row?.waiting === count;
    });
    return own;
  }

  /** Sends a report for each of these runs, all at once and to one replica, and returns the statuses: null where no answer came. */
  report(runs: readonly AppRun[], outcome: Outcome, replica: Replica): Promise<(number | null)[]> {
    const { url } = replica;
    return Promise.all(runs.map((run) => this.send(run, outcome, url)));
  }

  /** Does the same, and sends again what a replica was not able to take; returns the outcomes. */
  async reportUntilKnown(
    runs: readonly AppRun[],
    outcome: Outcome,
    replica: Replica,
  ): Promise<(number | null)[]> {
    const statuses = new Map<AppRun, number | null>();
    const left = () => runs.filter((run) => !isKnown(statuses.get(run)));
    await until('all reports have an outcome', KNOWN_WITHIN_MS, async () => {
      const again = left();
      const answers = await this.report(again, outcome, replica);
      again.forEach((run, place) => statuses.set(run, answers[place] ?? null));
      return left().length === 0;
    });
    return runs.map((run) => statuses.get(run) ?? null);
  }

  /** Keeps what ends runs of this application from its commit, until it is released. */
  holdEnds(): Promise<HeldEnds> {
    return HeldEnds.start(this.deployment.place.databaseUrl);
  }

  /** Returns what is wrong with the answers that it got, and with the ends that are counted. */
  async complaints(): Promise<string[]> {
    const { table } = this.deployment;
    const rows = await table.query<{
      runId: string;
      state: number;
      text: string | null;
      completions: number;
    }>(
      `SELECT LOWER(HEX(r.id)) AS runId, r.state, r.end_text AS text, COUNT(e.seq) AS completions
       FROM operation o JOIN run r ON r.id = o.run_id LEFT JOIN operation_event e ON e.operation_id = o.id GROUP BY r.id`,
    );
    const record = rows.map(({ runId, state, text, completions }): RecordedEnd => ({
      ...{ runId, text, completions: Number(completions) },
      state: RUN_STATES[state] ?? 'UNKNOWN',
    }));
    const { ended, counted } = await table.countEnded();
    const uncounted = ended === counted ? [] : [`${ended} runs have ended, and ${counted} are counted`];
    return [...complaintsAboutReports(this.sent, record), ...uncounted];
  }

  private async send({ runId, path }: AppRun, outcome: Outcome, url: string): Promise<number | null> {
    const answer = request(url).put(path).set('Authorization', `Bearer ${this.owner.token}`).send(outcome);
    const status = await answer.timeout(ANSWER_WITHIN_MS).then(
      (got) => got.status,
      () => null,
    );
    this.sent.push({ runId, outcome, status });
    return status;
  }
}

function isKnown(status: number | null | undefined): boolean {
  return typeof status === 'number' && status < 500;
}
