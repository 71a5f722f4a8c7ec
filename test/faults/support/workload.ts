import { randomUUID } from 'node:crypto';
import type { Schedule } from '../oracle/oracle.js';
import { cronOf, type Change, type Every, type Repeat } from '../oracle/timeline.js';
import type { Api, Done } from './api.js';

/** How much there is to do. */
export interface Load {
  readonly tenants: number;
  /** Schedules of each tenant: of ten, eight run every second or two by cron and two by interval. */
  readonly schedulesPerTenant: number;
}

/** A schedule of the workload, and everything that was asked of it. */
export interface WorkSchedule {
  readonly scheduleId: string;
  readonly path: string;
  readonly token: string;
  readonly changes: Change[];
  isDeleted: boolean;
}

/** Schedules of several tenants, made and changed over the API, and the account of what they are planned for. */
export class Workload {
  readonly schedules: WorkSchedule[] = [];
  private readonly jobs: { readonly path: string; readonly token: string }[] = [];

  private constructor(private readonly api: Api) {}

  /** Subscribes the tenants and gives each one job whose schedules call the endpoint. */
  static async create(api: Api, action: string, load: Load): Promise<Workload> {
    const workload = new Workload(api);
    const provider = await api.tokenOf(null);
    for (let place = 0; place < load.tenants; place++) {
      const tenantId = randomUUID();
      const body = {
        subscribedTenantId: tenantId,
        subscribedSubdomain: `tenant-${place}`,
        subscriptionAppName: 'shop',
        eventType: 'CREATE',
      };
      await api.send('put', `/callback/v1.0/tenants/${tenantId}`, { token: provider, body });
      await workload.addJob(await api.tokenOf(tenantId), action, load.schedulesPerTenant);
    }
    return workload;
  }

  /** What the oracle is told. */
  get asked(): Schedule[] {
    return this.schedules.map(({ scheduleId, changes, isDeleted }) => ({ scheduleId, changes, isDeleted }));
  }

  /** The schedules that run by the calendar and are there: the ones that may be edited and deleted. */
  get calendar(): WorkSchedule[] {
    return this.schedules.filter(
      ({ changes, isDeleted }) => !isDeleted && changes[0]?.pattern?.kind === 'cron',
    );
  }

  /** Gives a schedule another pattern. */
  async edit(schedule: WorkSchedule, pattern: Every): Promise<void> {
    await this.change(schedule, pattern, { cron: cronOf(pattern), active: true });
  }

  async deactivate(schedule: WorkSchedule): Promise<void> {
    await this.change(schedule, null, { active: false });
  }

  async delete(schedule: WorkSchedule): Promise<void> {
    const { path, token } = schedule;
    // A try whose answer got lost has deleted it: then it is not found.
    note(schedule, null, await this.api.send('delete', path, { token, accepted: [404] }));
    schedule.isDeleted = true;
  }

  /** Switches everything off, so that the service comes to rest. */
  async end(): Promise<void> {
    for (const { path, token } of this.jobs) {
      const done = await this.api.send('put', path, { token, body: { active: false } });
      const own = this.schedules.filter((each) => each.path.startsWith(`${path}/`) && !each.isDeleted);
      for (const schedule of own) note(schedule, null, done);
    }
  }

  private async addJob(token: string, action: string, count: number): Promise<void> {
    const patterns = Array.from({ length: count }, (_, place) => patternAt(place));
    const schedules = patterns.map((pattern) => ({
      active: true,
      ...(pattern.kind === 'cron'
        ? { cron: cronOf(pattern) }
        : { repeatInterval: `${pattern.everyMs / 1_000} seconds` }),
    }));
    const body = { name: 'work', action, active: true, schedules };
    const done = await this.api.send('post', '/scheduler/jobs', { token, body });
    const path = `/scheduler/jobs/${done.body.jobId}`;
    this.jobs.push({ path, token });
    patterns.forEach((pattern, place) => {
      const { scheduleId } = done.body.schedules[place];
      const schedule = { scheduleId: plain(scheduleId), path: `${path}/schedules/${scheduleId}`, token };
      const made: WorkSchedule = { ...schedule, changes: [], isDeleted: false };
      note(made, pattern, done);
      this.schedules.push(made);
    });
  }

  private async change(schedule: WorkSchedule, pattern: Every | null, body: object): Promise<void> {
    const { path, token } = schedule;
    note(schedule, pattern, await this.api.send('put', path, { token, body }));
  }
}

/** Returns an id as the run table has it. */
export function plain(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}

function note(schedule: WorkSchedule, pattern: Every | Repeat | null, { sentMs, answeredMs }: Done): void {
  schedule.changes.push({ pattern, sentMs, answeredMs });
}

function patternAt(place: number): Every | Repeat {
  if (place % 5 === 4) return { kind: 'interval', everyMs: 2_000 };
  if (place % 2 === 0) return { kind: 'cron', everyS: 1, offsetS: 0 };
  return { kind: 'cron', everyS: 2, offsetS: (place >> 1) % 2 };
}
