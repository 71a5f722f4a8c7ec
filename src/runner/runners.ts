import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { CannotStart } from '../config/cannot-start.js';
import { BoundedMap } from '../core/bounded-map.js';
import { Clock } from '../core/clock.js';
import type { RunnerRow } from '../database/entities/runner.row.js';
import { Sealing } from '../database/sealing/sealing.js';
import { CloudCheck } from './cloudfoundry/cloud-check.js';
import { CloudClient } from './cloudfoundry/cloud-client.js';
import { CloudConnections } from './cloudfoundry/cloud-connections.js';
import { CloudFoundry } from './cloudfoundry/cloud-foundry.js';
import { CloudRoots } from './cloudfoundry/cloud-roots.js';
import type { CloudTarget } from './cloudfoundry/cloud-target.js';
import { CloudTokens } from './cloudfoundry/cloud-tokens.js';
import { Uaa } from './cloudfoundry/uaa.js';
import { OPEN_GATE, type LoginGate } from './login-gate.js';
import { LoginRefused } from './platform-failure.js';
import { RunnerLogins } from './runner-logins.js';
import type { TaskPlatform } from './task-platform.js';
import { TaskRequestMetrics } from './task-request-metrics.js';

/** The part of a runner that says where it leads and who logs in there. */
export type RunnerTarget = Pick<
  RunnerRow,
  'api' | 'spaceId' | 'appId' | 'caCertificate' | 'loginKind' | 'loginName' | 'origin' | 'secret'
>;

/** A runner that is not asked for this long loses its token: it logs in anew. */
const MOST_KEPT = 1_000;

/** Makes the way from runners to their platforms. */
@Injectable()
export class Runners {
  private readonly platforms = new BoundedMap<TaskPlatform>(MOST_KEPT);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
    private readonly sealing: Sealing,
    private readonly connections: CloudConnections,
    private readonly roots: CloudRoots,
    private readonly logins: RunnerLogins,
    private readonly requests: TaskRequestMetrics,
  ) {}

  /** Returns the platform of a runner as it was read just now; with its token, until the runner is changed. */
  platformOf(runner: RunnerRow): TaskPlatform {
    const key = `${runner.id} ${runner.version}`;
    const known = this.platforms.get(key);
    if (known !== null) return known;
    const platform = this.platformAt(this.targetOf(runner), this.logins.gateOf(runner));
    this.platforms.set(key, platform);
    return platform;
  }

  /** Returns the platform of a runner that is not stored yet. */
  platformBefore(target: RunnerTarget): TaskPlatform {
    return this.platformAt(this.targetOf(target), OPEN_GATE);
  }

  private platformAt(target: CloudTarget, gate: LoginGate): TaskPlatform {
    const uaa = new Uaa(this.connections, this.roots, this.clock, target);
    const tokens = new CloudTokens(uaa, gate, this.clock);
    const client = new CloudClient(this.connections, tokens, target, this.requests.count);
    const check = new CloudCheck(client, tokens, target, this.config.actionTimeoutMs);
    return new CloudFoundry(client, check, target.spaceId);
  }

  private targetOf({ loginKind, loginName, origin, secret, ...target }: RunnerTarget): CloudTarget {
    const { api, spaceId, appId, caCertificate } = target;
    const login = { kind: loginKind, name: loginName, origin, secret: () => this.opened(secret) };
    return { api, spaceId, appId, caCertificate, login };
  }

  /** Where the service itself cannot read the secret, the other runners go on. */
  private opened(secret: string): string {
    try {
      return this.sealing.open(secret);
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error;
      throw new LoginRefused(`The secret of the runner cannot be read: ${error.message}`, false);
    }
  }
}
