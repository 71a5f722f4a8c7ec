import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Database } from '../../database/database.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import type { Page, Part } from '../../http/page.js';
import { refusalOfFailure } from './check-refusal.js';
import { RunnerFindings } from '../runner-findings.js';
import type { CheckedRunner } from './runner.service.js';
import { RunnerStore } from '../runner.store.js';
import { Runners } from '../runners.js';
import type { App } from '../task-platform.js';

type Scope = Pick<AccessScope, 'instanceId'>;

/** What providers ask the platforms of their runners. */
@Injectable()
export class RunnerLooks {
  constructor(
    private readonly database: Database,
    private readonly store: RunnerStore,
    private readonly runners: Runners,
    private readonly findings: RunnerFindings,
  ) {}

  /** Checks a runner anew, also where its last login was refused, and returns it as it was found. Throws NotFound. */
  async check(scope: Scope, id: string): Promise<CheckedRunner> {
    const found = await this.get(scope, id);
    const { state, problem, spaceName, warnings } = await this.runners.platformOf(found).check();
    await this.findings.note(found, { state, problem, ...(spaceName !== null && { spaceName }) });
    return { runner: await this.get(scope, id), warnings };
  }

  /** Returns a part of the applications of a runner's space. Throws NotFound, and as `check-refusal.ts` says. */
  async listApps(
    scope: Scope,
    id: string,
    { filter, page }: { filter: { readonly name?: string | undefined }; page: Page },
  ): Promise<Part<App>> {
    const platform = this.runners.platformOf(await this.get(scope, id));
    return platform.listApps(filter, page).catch((error: unknown) => {
      throw refusalOfFailure(error);
    });
  }

  private get({ instanceId }: Scope, id: string): Promise<RunnerRow> {
    return this.database.read((tx) => this.store.get(tx, instanceId, id));
  }
}
