import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { Clock } from '../../../core/clock.js';
import { DomainError } from '../../../core/errors.js';
import { Database } from '../../../database/database.js';
import type { LastingCaller } from '../../../http/scope.decorators.js';
import { TenancyIndex } from '../../../tenant/tenancy-index.js';
import type { Cursor } from '../cursor.js';
import { TenantScopes } from '../tenant-scopes.js';
import type { DownloadForm } from './download-form.js';
import type { FoundRun } from './found-run.js';
import type { RunFilter } from './run-filter.query.js';
import { RunPlacesQuery } from './run-places.query.js';
import { downloadedRun } from './run.presenter.js';
import { RunRowsQuery, type LoggedRun } from './run-rows.query.js';
import { RunSchedulesQuery } from './run-schedules.query.js';
import { RunsService, type RunQuestion } from './runs.service.js';

const PART = 1_000;
/** A part is filled by so many tenants or schedules at most, where these have few runs. A schedule may cost a look at thousands. */
const MOST_TENANTS = 20;
const MOST_SCHEDULES = 5;
/** A download ends after so many runs. */
const MOST_RUNS = 1_000_000;

/** Which runs are downloaded: all of a question, or only those of a job or a schedule. */
export interface DownloadQuestion extends RunQuestion {
  readonly jobId?: number | undefined;
}

/** A download that has begun: its text in pieces, and what is to be done when it is over, however it ends. */
export interface Download {
  readonly text: AsyncIterable<string>;
  /** What the file is called, without its extension: whose runs it holds, and the day. */
  readonly name: string;
  readonly end: () => void;
}

/** A place in several lists that are read one after the other: in which, and after which of its runs. */
interface Place {
  readonly list: number;
  readonly after: Cursor | undefined;
}

/** The next runs, and where the ones after them are; null where none follow. */
interface Part {
  readonly runs: readonly LoggedRun[];
  readonly next: Place | null;
}

/** Hands out run logs as files: read part by part, no faster than they are taken, and one at a time to each session, or client in a tenant. */
@Injectable()
export class RunDownloadService {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly runs: RunsService,
    private readonly schedules: RunSchedulesQuery,
    private readonly places: RunPlacesQuery,
    private readonly rows: RunRowsQuery,
    private readonly index: TenancyIndex,
    private readonly tenants: TenantScopes,
  ) {}

  /**
   * Begins a download, the latest runs of each schedule or of each tenant first. Throws NotFound for the tenant, the job or the
   * schedule, and a DomainError where a download of the same session, or of the same client in its tenant, is under way.
   */
  async begin(
    { scope: caller, holder }: Pick<LastingCaller, 'scope' | 'holder'>,
    question: DownloadQuestion,
    form: DownloadForm,
  ): Promise<Download> {
    const filter = await this.runs.filterOf(caller, question);
    const { jobId, scheduleId } = question;
    const { schedules, job } = await this.database.read(async (tx) => {
      const found = await this.schedules.list(tx, filter.scope, { jobId, scheduleId });
      return { schedules: found, job: await this.schedules.jobName(tx, { jobId, scheduleId }) };
    }, caller);
    const { kind, tenancyId } = filter.scope;
    const tenant = kind === 'tenant' ? this.tenants.nameOf(tenancyId)?.subdomain : undefined;
    if (this.underWay.has(holder)) {
      throw new DomainError(
        'tooManyRequests',
        'A download of yours is under way: wait for its end, or end it.',
      );
    }
    this.underWay.add(holder);
    const lists = schedules?.map((id) => ({ ...filter, scheduleId: id })) ?? this.listsOf(filter);
    const name = fileName([tenant, job, new Date(this.clock.now()).toISOString().slice(0, 10)]);
    return { text: this.textOf(caller, lists, form), name, end: () => void this.underWay.delete(holder) };
  }

  /** An instance is read tenant by tenant: in the order of time its runs lie among those of all other instances. */
  private listsOf(filter: RunFilter): RunFilter[] {
    const { kind, instanceId } = filter.scope;
    if (kind === 'tenant') return [filter];
    return this.index
      .ofInstance(instanceId)
      .sort((a, b) => (a.subdomain < b.subdomain ? -1 : 1))
      .map(({ id }) => ({ ...filter, scope: { kind: 'tenant', instanceId, tenancyId: id } }));
  }

  private async *textOf(
    caller: AccessScope,
    lists: readonly RunFilter[],
    form: DownloadForm,
  ): AsyncGenerator<string> {
    yield form.head;
    let left = MOST_RUNS;
    let place = placeIn(lists, 0);
    while (place && left > 0) {
      const part: Part = await this.part(caller, lists, place, Math.min(PART, left));
      left -= part.runs.length;
      yield part.runs.map((run) => form.line(downloadedRun(run, (id) => this.tenants.nameOf(id)))).join('');
      place = part.next;
    }
  }

  /** Reads the next runs: fewer where their texts are large, or where many lists are short. */
  private part(caller: AccessScope, lists: readonly RunFilter[], from: Place, limit: number): Promise<Part> {
    return this.database.read(async (tx) => {
      const found: { list: number; run: FoundRun }[] = [];
      let next: Place | null = from;
      const most = from.list + (lists[0]?.scheduleId === undefined ? MOST_TENANTS : MOST_SCHEDULES);
      while (next && next.list < most && found.length < limit && (next === from || !next.after)) {
        const { list }: Place = next;
        const filter = lists[list];
        if (!filter) throw new Error(`There is no list ${list} of a download of ${lists.length}.`);
        const page = await this.places.find(tx, filter, next.after, limit - found.length);
        found.push(...page.places.map((run) => ({ list, run })));
        next = page.after ? { list, after: page.after } : placeIn(lists, list + 1);
      }
      const { runs, places } = await this.rows.listLogged(
        tx,
        found.map(({ run }) => run),
      );
      const last = found[places - 1];
      const isCut = last !== undefined && places < found.length;
      return { runs, next: isCut ? { list: last.list, after: last.run } : next };
    }, caller);
  }
}

function placeIn(lists: readonly unknown[], list: number): Place | null {
  return list < lists.length ? { list, after: undefined } : null;
}

/** Returns the name of a file: ASCII alone, as a header needs it, so that of some names little is left. */
function fileName(parts: readonly (string | null | undefined)[]): string {
  const plain = (text: string) => text.replace(/[^\w.]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return ['carillon', ...parts.map((part) => plain(part ?? ''))].filter((part) => part !== '').join('-');
}
