/** The routes under /fake, by which a test steers the fake and asks what it has seen. No Cloud Controller has them. */
import { endTask, setState } from './task.mjs';

export class Steering {
  constructor(world, tokens, { reactions, requests }) {
    this.world = world;
    this.tokens = tokens;
    this.reactions = reactions;
    this.requests = requests;
  }

  #routes = {
    'GET /fake/world': () => this.#facts(),
    'POST /fake/settings': (settings) => void Object.assign(this.world.settings, settings),
    'POST /fake/reactions': (rule) => this.reactions.add(rule),
    'DELETE /fake/reactions': () => this.reactions.clear(),
    'POST /fake/requests': ({ on = '', count = 0 }) => this.#requests(new RegExp(on), count),
    'DELETE /fake/requests': () => void (this.requests.list = []),
    'GET /fake/tasks': () => [...this.world.tasks.values()],
    'POST /fake/tasks': ({ guids, state, reason }) => this.#setTasks(guids, { state, reason }),
    'DELETE /fake/tasks': ({ guids }) => guids.forEach((guid) => this.world.tasks.delete(guid)),
    'POST /fake/apps': ({ name, spaceGuid }) => this.world.addApp(name, spaceGuid ?? this.world.space.guid),
    'PATCH /fake/apps': ({ guid, ...changes }) => void Object.assign(this.world.apps.get(guid), changes),
    'DELETE /fake/apps': ({ guid }) => this.world.removeApp(guid),
    'POST /fake/holders': ({ name, secret, role }) => this.#changeHolder(name, { secret, role }),
    'POST /fake/revocations': (what) => this.tokens.revoke(what),
  };

  /** Answers a request of the test. */
  async answer({ method, url, body }) {
    const route = this.#routes[`${method} ${url.pathname}`];
    if (!route) return { status: 404, body: { error: `The fake has no route ${method} ${url.pathname}.` } };
    return { status: 200, body: (await route(body ? JSON.parse(body) : {})) ?? {} };
  }

  #facts() {
    const { space, otherSpace, app, foreignApp, stagedApp } = this.world;
    return { space, otherSpace, app, foreignApp, stagedApp };
  }

  async #requests(on, count) {
    await this.requests.received(on, count);
    return this.requests.matching(on);
  }

  #setTasks(guids, end) {
    for (const task of guids.map((guid) => this.world.tasks.get(guid))) {
      if (['SUCCEEDED', 'FAILED'].includes(end.state)) endTask(task, end);
      else setState(task, end.state);
    }
  }

  /** Changes the secret of a user or client, or its role in the space; a role of null takes it out. */
  #changeHolder(name, { secret, role }) {
    const holder = this.world.users.get(name) ?? this.world.clients.get(name);
    if (secret !== undefined) holder.secret = secret;
    if (role !== undefined) holder.roles[this.world.space.guid] = role;
  }
}
