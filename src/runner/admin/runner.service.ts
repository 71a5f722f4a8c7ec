import { Injectable } from '@nestjs/common';
import type { AccessScope } from '../../core/access-scope.js';
import { Clock } from '../../core/clock.js';
import { Conflict, InvalidInput, NotFound, shown } from '../../core/errors.js';
import { Database } from '../../database/database.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';
import { Sealing } from '../../database/sealing/sealing.js';
import type { Tx } from '../../database/tx.js';
import { newUuid } from '../../database/uuid-v7.js';
import type { Page, Part } from '../../http/page.js';
import { AuditLog, type AuditEvent } from '../../tenant/audit-log.store.js';
import { InstanceStore } from '../../tenant/instance.store.js';
import { TenantService } from '../../tenant/tenant.service.js';
import { acceptedCheck } from './check-refusal.js';
import { RunnerUses } from '../runner-uses.js';
import { refuseOtherLogin } from './runner-body.js';
import { refuseElsewhere } from './runner-move.js';
import type { NewRunnerDraft, RunnerChange } from './runner.draft.js';
import { RunnerStore } from '../runner.store.js';
import { Runners } from '../runners.js';

/** A runner after a check, with what may go wrong although it is as it should be. */
export interface CheckedRunner {
  readonly runner: RunnerRow;
  readonly warnings: readonly string[];
}

type Scope = Pick<AccessScope, 'instanceId' | 'actor'>;

const MOST_RUNNERS = 20;

/** What providers do with the runners of their instance (cf-tasks.md, "Runners: where tasks run"). */
@Injectable()
export class RunnerService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sealing: Sealing,
    private readonly store: RunnerStore,
    private readonly runners: Runners,
    private readonly uses: RunnerUses,
    private readonly tenants: TenantService,
    private readonly instances: InstanceStore,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Stores a runner that its platform lets in. Throws InvalidInput where the name is in use or the platform refuses it,
   * Conflict where there are 20, DomainError of the code unavailable where nothing answers.
   */
  async create(scope: Scope, { credentials, ...draft }: NewRunnerDraft): Promise<CheckedRunner> {
    await this.database.read((tx) => this.refuseUnfit(tx, scope, draft, null));
    const target = { ...draft, ...credentials, secret: this.sealing.seal(credentials.secret) };
    const { spaceName, warnings } = acceptedCheck(await this.runners.platformBefore(target).check());
    const now = this.clock.now();
    const runner: RunnerRow = {
      ...{ id: newUuid(now), instanceId: scope.instanceId, ...target, spaceName },
      ...{ state: 'ready', problem: null, checkedAt: now, refusedLogins: 0, nextLoginAt: null },
      ...{ version: 0, createdAt: now, modifiedAt: now },
    };
    await this.database.transaction(async (tx) => {
      await this.tenants.hold(tx);
      await this.refuseUnfit(tx, scope, draft, null);
      await this.store.insert(tx, runner);
      await this.tell(tx, scope, 'runner.created', runner);
    });
    return { runner, warnings };
  }

  /** Returns a part of the runners of an instance, by name. */
  list({ instanceId }: Scope, page: Page): Promise<Part<RunnerRow>> {
    return this.database.read((tx) => this.store.page(tx, instanceId, page));
  }

  /** Returns a runner. Throws NotFound. */
  get({ instanceId }: Scope, id: string): Promise<RunnerRow> {
    return this.database.read((tx) => this.store.get(tx, instanceId, id));
  }

  /** Changes a runner to what its platform lets in; what is not given stays. Throws NotFound, what `create` throws, and Conflict where it is used and would lead to another space. */
  async change(
    scope: Scope,
    id: string,
    { credentials, answered, ...given }: RunnerChange,
  ): Promise<CheckedRunner> {
    const stored = await this.database.read(async (tx) => {
      const row = await this.store.get(tx, scope.instanceId, id);
      await this.refuseUnfit(tx, scope, { ...row, ...given }, row);
      return row;
    });
    refuseOtherLogin(stored, answered);
    const login = credentials && { ...credentials, secret: this.sealing.seal(credentials.secret) };
    const wanted: RunnerRow = { ...stored, ...given, ...login };
    if (credentials === undefined) refuseElsewhere(stored, wanted);
    const { spaceName, warnings } = acceptedCheck(await this.runners.platformBefore(wanted).check());
    const now = this.clock.now();
    const changes: Partial<RunnerRow> = {
      ...{ ...given, ...login, spaceName, state: 'ready', problem: null, checkedAt: now },
      ...{ refusedLogins: 0, nextLoginAt: null, version: stored.version + 1, modifiedAt: now },
    };
    await this.database.transaction(async (tx) => {
      await this.tenants.hold(tx);
      const present = await this.lock(tx, scope, id);
      // What stays of it, its secret above all, was read before.
      if (present.version !== stored.version) {
        throw new Conflict(`The runner ${shown(stored.name)} was changed meanwhile: read it and try again.`);
      }
      await this.refuseUnfit(tx, scope, wanted, present);
      await this.store.update(tx, id, changes);
      await this.tell(tx, scope, 'runner.changed', { ...stored, ...changes });
    });
    return { runner: { ...stored, ...changes }, warnings };
  }

  /** Deletes a runner. Throws NotFound, and Conflict while something uses it. */
  async remove(scope: Scope, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.tenants.hold(tx);
      const runner = await this.lock(tx, scope, id);
      const uses = await this.uses.describe(tx, id);
      if (uses !== null) {
        throw new Conflict(`The runner ${shown(runner.name)} cannot be deleted yet: it has ${uses}.`);
      }
      await this.store.delete(tx, id);
      await this.tell(tx, scope, 'runner.deleted', runner);
    });
  }

  private async lock(tx: Tx, { instanceId }: Scope, id: string): Promise<RunnerRow> {
    await this.store.get(tx, instanceId, id);
    return this.store.hold(tx, instanceId, id);
  }

  /** Throws where the instance cannot have this runner in place of `present`, null for a new one. */
  private async refuseUnfit(
    tx: Tx,
    { instanceId }: Scope,
    { name, spaceId }: Pick<RunnerRow, 'name' | 'spaceId'>,
    present: RunnerRow | null,
  ): Promise<void> {
    if ((await this.instances.find(tx, instanceId)) === null) {
      throw new NotFound('The service instance was deleted: it can have no more runners.');
    }
    const namesake = await this.store.findByName(tx, instanceId, name);
    if (namesake !== null && namesake.id !== present?.id) {
      throw new InvalidInput(`There is a runner with the name ${shown(name)}: choose another name.`, 'name');
    }
    if (present === null) {
      if ((await this.store.count(tx, instanceId)) < MOST_RUNNERS) return;
      throw new Conflict(
        `The service instance has ${MOST_RUNNERS} runners, which is the most: delete one first.`,
      );
    }
    const uses = spaceId === present.spaceId ? null : await this.uses.describe(tx, present.id);
    if (uses === null) return;
    throw new Conflict(
      `The runner ${shown(present.name)} has ${uses}, whose applications are in its space: create another runner for the other space.`,
    );
  }

  private tell(tx: Tx, { instanceId, actor }: Scope, event: AuditEvent, runner: RunnerRow): Promise<void> {
    const { id, name, api, spaceId, loginName } = runner;
    const details = { runner: id, name, api, spaceId, login: loginName };
    return this.audit.append(tx, { instanceId, tenantId: null, actor, event, details });
  }
}
