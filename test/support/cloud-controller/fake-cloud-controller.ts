import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { atEndOfFile } from '../end-of-file.js';

const MAIN = fileURLToPath(new URL('./main.mjs', import.meta.url));

/** Who may log in; both are Space Developers of the space. */
export const CREDENTIALS = {
  password: { kind: 'password', user: 'carillon@example.com', password: 'fake-user-password' },
  client: { kind: 'client', clientId: 'carillon-client', clientSecret: 'fake-client-secret' },
} as const;

/** A task as the fake keeps it. */
export interface FakeTask {
  readonly guid: string;
  readonly sequence_id: number;
  readonly name: string;
  readonly command: string;
  readonly state: string;
  readonly memory_in_mb: number;
  readonly failureReason: string | null;
  readonly appGuid: string;
  readonly metadata: {
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  };
}

export interface FakeApp {
  readonly guid: string;
  readonly name: string;
  readonly process: { readonly guid: string; readonly command: string };
}

/** A request that the fake got. */
export interface FakeRequest {
  readonly port: 'api' | 'login';
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly authorization?: string;
  readonly atMs: number;
}

/** What the fake does with requests whose `METHOD /path?query` matches `on`; see reactions.mjs. */
export interface Reaction {
  readonly on: string;
  readonly times?: number;
  readonly delayMs?: number;
  readonly isDone?: boolean;
  readonly answer?:
    | 'cut'
    | 'none'
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string | object;
      };
}

/** What a test may change of the fake; see world.mjs. */
export interface FakeSettings {
  readonly isTaskCreationOn?: boolean;
  readonly memoryQuotaMb?: number | null;
  readonly appTaskLimit?: number | null;
  readonly tokenLifeS?: number;
  readonly rateLimit?: number | null;
  readonly rateWindowS?: number;
  readonly cancelMs?: number | null;
  readonly firstState?: 'PENDING' | 'RUNNING';
}

interface World {
  readonly space: { readonly guid: string; readonly name: string };
  readonly otherSpace: { readonly guid: string };
  readonly app: FakeApp;
  readonly foreignApp: FakeApp;
  readonly stagedApp: FakeApp;
}

/** The pattern of requests that create a task. */
export const CREATES = '^POST /v3/apps/[^/]+/tasks$';
/** The pattern of looks at many tasks. */
export const LOOKS = '^GET /v3/tasks\\?';
/** The pattern of requests that stop a task. */
export const STOPS = '^POST /v3/tasks/[^/]+/actions/cancel$';

/**
 * A Cloud Controller with its UAA in a process of its own (main.mjs), for tests: with a space, the applications
 * `orders` (the usual one), `unstaged` (without a droplet) and `secrets` (of another space). A task whose command is
 * made of `sleep N` and `exit N` carries it out; any other runs until `end`.
 */
export class FakeCloudController {
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    /** Where its API listens. */
    readonly api: string,
    /** Where its UAA listens. */
    readonly login: string,
    private readonly world: World,
  ) {}

  /** Starts a fake that ends with the test file at the latest. */
  static async start(): Promise<FakeCloudController> {
    const child = spawn(process.execPath, [MAIN], { env: {} });
    child.stderr.pipe(process.stderr);
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const { api, login } = JSON.parse(String(line)) as { api: string; login: string };
    const world = await ask<World>(api, 'GET', 'world');
    const fake = new FakeCloudController(child, api, login, world);
    atEndOfFile(() => fake.stop());
    return fake;
  }

  get space() {
    return this.world.space;
  }

  get otherSpace() {
    return this.world.otherSpace;
  }

  /** The application `orders`. */
  get app(): FakeApp {
    return this.world.app;
  }

  /** The application `secrets`, in a space that nobody here may see. */
  get foreignApp(): FakeApp {
    return this.world.foreignApp;
  }

  /** The application `unstaged`, which has no droplet. */
  get stagedApp(): FakeApp {
    return this.world.stagedApp;
  }

  /** The environment variable VCAP_APPLICATION of the application. */
  get vcapApplication() {
    return { cf_api: this.api, space_id: this.space.guid, application_id: this.app.guid };
  }

  /** The body of a request that makes a runner of this fake. */
  runner(fields: object = {}) {
    const { api, space } = this;
    return {
      name: 'orders-space',
      kind: 'cloudfoundry',
      api,
      spaceId: space.guid,
      credentials: CREDENTIALS.password,
      ...fields,
    };
  }

  /** Says what happens to such requests from now on; the latest reaction to a request counts. */
  async reacts(...reactions: readonly Reaction[]): Promise<void> {
    for (const reaction of reactions) await ask(this.api, 'POST', 'reactions', reaction);
  }

  /** Forgets all reactions. */
  behaves = () => ask<void>(this.api, 'DELETE', 'reactions');

  change(settings: FakeSettings): Promise<void> {
    return ask(this.api, 'POST', 'settings', settings);
  }

  /** Returns the requests that match a pattern of `METHOD /path?query`, in their order. */
  requests(on = ''): Promise<FakeRequest[]> {
    return this.received(on, 0);
  }

  /** Does the same, once there are this many. */
  received(on: string, count: number): Promise<FakeRequest[]> {
    return ask(this.api, 'POST', 'requests', { on, count });
  }

  /** Forgets the requests that it got. */
  forgetRequests = () => ask<void>(this.api, 'DELETE', 'requests');

  /** Returns all tasks in the order of their creation. */
  tasks = () => ask<FakeTask[]>(this.api, 'GET', 'tasks');

  /** Gives tasks a state; a failed one has a reason. */
  end(guids: readonly string[], state: string, reason?: string): Promise<void> {
    return ask(this.api, 'POST', 'tasks', { guids, state, reason });
  }

  /** Forgets tasks, as the Cloud Controller does 31 days after their end. */
  forget(guids: readonly string[]): Promise<void> {
    return ask(this.api, 'DELETE', 'tasks', { guids });
  }

  addApp(name: string, spaceGuid?: string): Promise<FakeApp> {
    return ask(this.api, 'POST', 'apps', { name, spaceGuid });
  }

  renameApp(guid: string, name: string): Promise<void> {
    return ask(this.api, 'PATCH', 'apps', { guid, name });
  }

  /** Deletes an application with its tasks. */
  removeApp(guid: string): Promise<void> {
    return ask(this.api, 'DELETE', 'apps', { guid });
  }

  /** Changes the secret of a user or client, or its role in the space; a role of null takes it out of the space. */
  changeHolder(name: string, changes: { secret?: string; role?: string | null }): Promise<void> {
    return ask(this.api, 'POST', 'holders', { name, ...changes });
  }

  /** Makes every token worthless. */
  revokeTokens(what: { isRefreshToo?: boolean } = {}): Promise<void> {
    return ask(this.api, 'POST', 'revocations', what);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

async function ask<T>(api: string, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${api}/fake/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const content = await answer.text();
  if (!answer.ok) throw new Error(`The fake answered ${answer.status}: ${content}`);
  return JSON.parse(content) as T;
}
