import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../../core/access-scope.js';
import { DomainError } from '../../../core/errors.js';
import { Database } from '../../../database/database.js';
import type { Cursor } from '../cursor.js';
import { TenantScopes } from '../tenant-scopes.js';
import type { DownloadForm } from './download-form.js';
import type { RunFilter } from './run-filter.query.js';
import { RunPlacesQuery } from './run-places.query.js';
import { downloadedRun } from './run.presenter.js';
import { RunRowsQuery } from './run-rows.query.js';
import { RunSchedulesQuery } from './run-schedules.query.js';
import { RunsService, type RunQuestion } from './runs.service.js';

const PART = 1_000;
/** A download ends after so many runs. */
const MOST_RUNS = 1_000_000;

/** Which runs are downloaded: all of a question, or only those of a job or a schedule. */
export interface DownloadQuestion extends RunQuestion {
  readonly jobId?: number | undefined;
}

/** A download that has begun: its text in pieces, and what is to be done when it is over, however it ends. */
export interface Download {
  readonly text: AsyncIterable<string>;
  readonly end: () => void;
}

/** Hands out run logs as files: read part by part, no faster than they are taken, and one at a time to each caller. */
@Injectable()
export class RunDownloadService {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly runs: RunsService,
    private readonly schedules: RunSchedulesQuery,
    private readonly places: RunPlacesQuery,
    private readonly rows: RunRowsQuery,
    private readonly tenants: TenantScopes,
  ) {}

  /**
   * Begins a download, the latest runs of each schedule or of all first. Throws NotFound for the tenant, the job or the schedule, and
   * a DomainError where a download of the same caller is under way.
   */
  async begin(caller: AccessScope, question: DownloadQuestion, form: DownloadForm): Promise<Download> {
    const filter = await this.runs.filterOf(caller, question);
    const { jobId, scheduleId } = question;
    const schedules = await this.database.read(
      (tx) => this.schedules.list(tx, filter.scope, { jobId, scheduleId }),
      caller,
    );
    const key = `${caller.clientId} ${caller.tenancyId}`;
    if (this.underWay.has(key)) {
      throw new DomainError(
        'tooManyRequests',
        'A download of yours is under way: wait for its end, or end it.',
      );
    }
    this.underWay.add(key);
    const filters = schedules === null ? [filter] : schedules.map((id) => ({ ...filter, scheduleId: id }));
    return { text: this.textOf(caller, filters, form), end: () => void this.underWay.delete(key) };
  }

  private async *textOf(
    caller: AccessScope,
    filters: readonly RunFilter[],
    form: DownloadForm,
  ): AsyncGenerator<string> {
    yield form.head;
    let left = MOST_RUNS;
    for (const filter of filters) {
      let after: Cursor | undefined;
      do {
        const part = await this.part(caller, filter, { after, limit: Math.min(PART, left) });
        left -= part.runs.length;
        yield part.runs.map((run) => form.line(downloadedRun(run, (id) => this.tenants.nameOf(id)))).join('');
        after = part.after ?? undefined;
      } while (after && left > 0);
      if (left <= 0) return;
    }
  }

  /** Reads the next runs: fewer where their texts are large. */
  private part(
    caller: AccessScope,
    filter: RunFilter,
    { after, limit }: { after: Cursor | undefined; limit: number },
  ) {
    return this.database.read(async (tx) => {
      const found = await this.places.find(tx, filter, after, limit);
      const { runs, places } = await this.rows.listLogged(tx, found.places);
      const isCut = places < found.places.length;
      return { runs, after: isCut ? (found.places[places - 1] ?? null) : found.after };
    }, caller);
  }
}
