/** What exists in the fake foundation, and the settings that a test may change. */
import { randomUUID } from 'node:crypto';

const now = () => new Date().toISOString();

/** Names that tests and the demo write down; everything else has a GUID of its own in each process. */
export const USER = { name: 'carillon@example.com', password: 'fake-user-password' };
export const CLIENT = { id: 'carillon-client', secret: 'fake-client-secret' };

export class World {
  apps = new Map();
  tasks = new Map();
  spaces = new Map();
  /** name or client id -> { guid, secret, origin, roles: space guid -> role } */
  users = new Map();
  clients = new Map();
  settings = {
    isTaskCreationOn: true,
    /** Sum of the memory of all open tasks, and their number per application; null: no limit. */
    memoryQuotaMb: null,
    appTaskLimit: null,
    tokenLifeS: 600,
    /** Requests per window, as X-RateLimit-Limit; null: no limit and no headers. */
    rateLimit: null,
    rateWindowS: 60,
    /** How long a stopped task takes to end; null: until a test ends it. */
    cancelMs: 10,
    /** The state of a task in the answer to its creation. */
    firstState: 'RUNNING',
  };
  #sequences = new Map();

  constructor() {
    this.orgGuid = randomUUID();
    this.space = this.addSpace('development');
    this.otherSpace = this.addSpace('elsewhere');
    this.app = this.addApp('orders', this.space.guid);
    this.foreignApp = this.addApp('secrets', this.otherSpace.guid);
    this.stagedApp = this.addApp('unstaged', this.space.guid, { dropletGuid: null });
    const roles = { [this.space.guid]: 'space_developer' };
    this.users.set(USER.name, { guid: randomUUID(), secret: USER.password, origin: 'uaa', roles });
    this.clients.set(CLIENT.id, { guid: CLIENT.id, secret: CLIENT.secret, roles });
  }

  addSpace(name) {
    const space = { guid: randomUUID(), name, created_at: now(), updated_at: now() };
    this.spaces.set(space.guid, space);
    return space;
  }

  addApp(name, spaceGuid, { dropletGuid = randomUUID() } = {}) {
    const process = { guid: randomUUID(), type: 'web', command: 'node server.js', memory_in_mb: 512 };
    const times = { created_at: now(), updated_at: now() };
    const app = { guid: randomUUID(), name, state: 'STARTED', spaceGuid, dropletGuid, process, ...times };
    this.apps.set(app.guid, app);
    return app;
  }

  /** Deletes an application with its tasks, as the Cloud Controller does. */
  removeApp(guid) {
    this.apps.delete(guid);
    for (const task of this.tasks.values()) if (task.appGuid === guid) this.tasks.delete(task.guid);
  }

  nextSequenceId(appGuid) {
    const id = (this.#sequences.get(appGuid) ?? 0) + 1;
    this.#sequences.set(appGuid, id);
    return id;
  }

  /** Returns an application that the caller may see: one of a space in which it has a role. */
  visibleApp(guid, caller) {
    const app = this.apps.get(guid);
    return app && caller.roles[app.spaceGuid] ? app : null;
  }
}
