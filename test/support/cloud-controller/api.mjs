/** The API port: the routes of the Cloud Controller. */
import { isListed, isSelected, pageOf, refuseUnknown } from './list.mjs';
import { notFound, Refusal } from './refusal.mjs';
import { cancelTask, createTask } from './task.mjs';
import * as present from './present.mjs';

const GUID = '([\\w-]+)';
const TASK_FILTERS = ['guids', 'names', 'states', 'label_selector', 'sequence_ids'];

export class Api {
  constructor(world, tokens, links) {
    this.world = world;
    this.tokens = tokens;
    this.links = links;
  }

  /** [method, path, what answers it with the GUID in the path] */
  #routes = [
    ['GET', '/v3/info', () => ({ body: { name: 'Fake', build: '', version: 0, cli_version: {} } })],
    ['GET', `/v3/spaces/${GUID}`, (call) => ({ body: present.space(this.#space(call)) })],
    ['GET', '/v3/apps', (call) => this.#listApps(call)],
    ['GET', `/v3/apps/${GUID}`, (call) => ({ body: present.app(this.#app(call)) })],
    ['GET', `/v3/processes/${GUID}`, (call) => this.#process(call)],
    ['GET', `/v3/apps/${GUID}/processes`, (call) => this.#listProcesses(call)],
    ['GET', '/v3/roles', (call) => this.#listRoles(call)],
    ['GET', '/v3/feature_flags/task_creation', () => ({ body: this.#flag() })],
    ['GET', '/v3/tasks', (call) => this.#listTasks(call)],
    ['GET', `/v3/tasks/${GUID}`, (call) => ({ body: present.task(this.#task(call)) })],
    ['POST', `/v3/tasks/${GUID}/actions/cancel`, (call) => this.#cancel(call)],
    ['GET', `/v3/apps/${GUID}/tasks`, (call) => this.#listTasksOfApp(call)],
    ['POST', `/v3/apps/${GUID}/tasks`, (call) => this.#create(call)],
  ].map(([method, path, answer]) => ({ method, path: new RegExp(`^${path}$`), answer }));

  /** Answers a request; throws a Refusal where the Cloud Controller would refuse it. */
  answer(request) {
    const { method, url, headers } = request;
    if (url.pathname === '/' && method === 'GET') return { status: 200, body: present.root(this.links()) };
    const caller = this.tokens.callerOf(headers);
    for (const route of this.#routes) {
      const match = route.method === method ? route.path.exec(url.pathname) : null;
      if (match) return { status: 200, ...route.answer({ ...request, caller, guid: match[1] }) };
    }
    throw new Refusal('CF-NotFound', 'Unknown request');
  }

  #space({ guid, caller }) {
    const space = caller.roles[guid] ? this.world.spaces.get(guid) : null;
    if (space) return space;
    throw notFound('Space');
  }

  #app({ guid, caller }) {
    const app = this.world.visibleApp(guid, caller);
    if (app) return app;
    throw notFound('App');
  }

  #task({ guid, caller }) {
    const task = this.world.tasks.get(guid);
    if (task && this.world.visibleApp(task.appGuid, caller)) return task;
    throw notFound('Task');
  }

  #process({ guid, caller }) {
    const app = [...this.world.apps.values()].find(({ process }) => process.guid === guid);
    if (app && this.world.visibleApp(app.guid, caller)) return { body: present.process(app) };
    throw notFound('Process');
  }

  #listProcesses(call) {
    return { body: pageOf(call.url, [present.process(this.#app(call))]) };
  }

  #flag() {
    return { name: 'task_creation', enabled: this.world.settings.isTaskCreationOn };
  }

  #listApps({ url, caller }) {
    const query = url.searchParams;
    refuseUnknown(query, ['guids', 'names', 'space_guids', 'label_selector']);
    const apps = [...this.world.apps.values()].filter(
      (app) =>
        this.world.visibleApp(app.guid, caller) &&
        isListed(query, 'guids', app.guid) &&
        isListed(query, 'names', app.name) &&
        isListed(query, 'space_guids', app.spaceGuid),
    );
    return { body: pageOf(url, apps.map(present.app)) };
  }

  #listRoles({ url, caller }) {
    const query = url.searchParams;
    refuseUnknown(query, ['guids', 'types', 'space_guids', 'organization_guids', 'user_guids', 'include']);
    const holders = [...this.world.users.values(), ...this.world.clients.values()];
    const roles = holders.flatMap((holder) =>
      Object.entries(holder.roles)
        .filter(([space, type]) => caller.roles[space] && isListed(query, 'space_guids', space) && type)
        .filter(([, type]) => isListed(query, 'types', type) && isListed(query, 'user_guids', holder.guid))
        .map(([space, type]) => present.role(holder.guid, space, type)),
    );
    return { body: pageOf(url, roles) };
  }

  #listTasks({ url, caller }) {
    const query = url.searchParams;
    refuseUnknown(query, [...TASK_FILTERS, 'app_guids', 'space_guids', 'organization_guids']);
    const tasks = this.#tasks(query).filter((task) => {
      const app = this.world.visibleApp(task.appGuid, caller);
      return app && isListed(query, 'app_guids', app.guid) && isListed(query, 'space_guids', app.spaceGuid);
    });
    return { body: pageOf(url, tasks.map(present.taskInList)) };
  }

  #listTasksOfApp(call) {
    refuseUnknown(call.url.searchParams, TASK_FILTERS);
    const { guid } = this.#app(call);
    const tasks = this.#tasks(call.url.searchParams).filter((task) => task.appGuid === guid);
    return { body: pageOf(call.url, tasks.map(present.task)) };
  }

  #tasks(query) {
    return [...this.world.tasks.values()].filter(
      (task) =>
        isListed(query, 'guids', task.guid) &&
        isListed(query, 'names', task.name) &&
        isListed(query, 'states', task.state) &&
        isListed(query, 'sequence_ids', String(task.sequence_id)) &&
        isSelected(query, task.metadata.labels),
    );
  }

  #create(call) {
    const app = this.#app(call);
    this.#refuseUnlessDeveloper(call.caller, app);
    return { status: 202, body: present.task(createTask(this.world, app, bodyOf(call))) };
  }

  #cancel(call) {
    const task = this.#task(call);
    this.#refuseUnlessDeveloper(call.caller, this.world.apps.get(task.appGuid));
    return { status: 202, body: present.task(cancelTask(this.world, task)) };
  }

  #refuseUnlessDeveloper(caller, app) {
    if (caller.roles[app.spaceGuid] === 'space_developer') return;
    throw new Refusal('CF-NotAuthorized', 'You are not authorized to perform the requested action');
  }
}

function bodyOf({ body }) {
  try {
    const value = JSON.parse(body);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new Refusal('CF-MessageParseError', 'Request invalid due to parse error: invalid request body');
}
