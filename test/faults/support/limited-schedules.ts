import { ACTIONS } from '../../../src/database/entities/action-log.row.js';
import { RUN_STATES } from '../../../src/core/run-state.js';
import type { Deployment } from './deployment.js';
import { startOwnJob } from './own-job.js';
import { plain } from './workload.js';

const ENDED = ACTIONS.indexOf('DEACTIVATION_ON_MAX_RUNS');
const SUCCESS = RUN_STATES.indexOf('SUCCESS');

/** How a schedule with a limit stands. */
interface Standing {
  readonly scheduleId: string;
  readonly active: number;
  readonly counted: number | null;
  readonly runs: number;
  readonly ends: number;
}

/** Schedules of every second that may have so many runs, beside the workload and with an endpoint of their own. */
export class LimitedSchedules {
  private constructor(
    private readonly deployment: Deployment,
    private readonly limits: ReadonlyMap<string, number>,
  ) {}

  /** Makes a schedule for each limit. */
  static async start(deployment: Deployment, limits: readonly number[]): Promise<LimitedSchedules> {
    const schedules = limits.map((maxRuns) => ({ cron: '* * * * * * *', active: true, maxRuns }));
    const { scheduleIds } = await startOwnJob(deployment, { name: 'limited', schedules });
    return new LimitedSchedules(
      deployment,
      new Map(scheduleIds.map((id, place) => [plain(id), limits[place] ?? Number.NaN])),
    );
  }

  /** Returns in what way each has had another number of runs than it may, or has not ended once. */
  async complaints(): Promise<string[]> {
    const standings = await this.deployment.table.query<Standing>(
      `SELECT LOWER(HEX(s.id)) AS scheduleId, s.active, s.claimed_runs AS counted,
         (SELECT COUNT(*) FROM run r WHERE r.schedule_id = s.id AND r.state = ${SUCCESS}) AS runs,
         (SELECT COUNT(*) FROM action_log a WHERE a.schedule_id = s.id AND a.action = ${ENDED}) AS ends
       FROM schedule s`,
    );
    return standings.flatMap(({ scheduleId, ...found }) => {
      const limit = this.limits.get(scheduleId);
      const meant = { active: 0, counted: limit, runs: limit, ends: 1 };
      const isMeant = limit === undefined || JSON.stringify(found) === JSON.stringify(meant);
      return isMeant ? [] : [`schedule ${scheduleId} of ${limit} runs: ${JSON.stringify(found)}`];
    });
  }
}
