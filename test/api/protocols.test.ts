import { protocolOf, PROTOCOLS } from '../../src/http/protocol/protocols.js';
import { aJob, startApi } from './setup.js';

const api = await startApi();

describe('A path', () => {
  it.each([
    ['/scheduler', 'SAP'],
    ['/scheduler/jobs/1', 'SAP'],
    ['/schedulers', 'other'],
    ['/api', 'HMC'],
    ['/api/jobs/events', 'HMC'],
    ['/apiary', 'other'],
    ['/API/jobs', 'HMC'],
    ['/Scheduler/', 'SAP'],
    ['/OAUTH/TOKEN', 'OAuth'],
    ['/Admin', 'admin'],
    ['/HEALTH/Live', 'monitoring'],
    ['/Metrics/', 'monitoring'],
    ['/APIARY', 'other'],
    ['//api/jobs', 'other'],
    ['/oauth/token', 'OAuth'],
    ['/oauth/', 'OAuth'],
    ['/oauth2/certs', 'other'],
    ['/admin/v1/tenants', 'admin'],
    ['/health', 'monitoring'],
    ['/health/live', 'monitoring'],
    ['/healthy', 'other'],
    ['/metrics', 'monitoring'],
    ['/callback/v1.0/dependencies', 'other'],
    ['/docs', 'other'],
    ['/dashboard', 'other'],
    ['/dashboard/sign-in', 'other'],
    ['/dashboard/api/session', 'dashboard'],
    ['/dashboard/api/failing', 'dashboard'],
    ['/Dashboard/API', 'dashboard'],
    ['/', 'other'],
    ['*', 'other'],
  ])('%s speaks %s', (path, name) => {
    expect(protocolOf(path).name).toBe(name);
  });

  it('of the document speaks the protocol that its first part names', () => {
    const firstParts: Record<string, string[]> = {};
    for (const path of Object.keys(api.document.paths as object)) {
      const first = path.split('/')[1] ?? '';
      const names = (firstParts[protocolOf(path).name] ??= []);
      if (!names.includes(first)) names.push(first);
    }
    expect(firstParts).toEqual({
      SAP: ['scheduler'],
      HMC: ['api'],
      OAuth: ['oauth'],
      admin: ['admin'],
      dashboard: ['dashboard'],
      monitoring: ['health', 'metrics'],
      other: [
        '.well-known',
        'callback',
        'docs',
        'oauth2',
        'openapi.json',
        'subscription_manager_callbacks',
        'token_keys',
      ],
    });
  });
});

describe('A protocol', () => {
  it('permits larger bodies only to routes of its own that exist', () => {
    const readByRoutes = PROTOCOLS.flatMap((protocol) =>
      protocol.readByRoute.map((path) => ({ path, protocol })),
    );
    expect(readByRoutes.map(({ path }) => path)).toEqual(['/scheduler/import']);
    for (const { path, protocol } of readByRoutes) {
      expect(protocolOf(path)).toBe(protocol);
      expect(api.document.paths[path].post).toBeDefined();
    }
  });

  it('has no limit of requests for monitoring alone', () => {
    const free = PROTOCOLS.filter(({ isLimited }) => !isLimited);
    expect(free.map(({ name }) => name)).toEqual(['monitoring']);
  });

  it.each([
    ['/scheduler/nope', 'application/json', ['code', 'detailedError', 'message', 'type']],
    ['/nope', 'application/json', ['code', 'detailedError', 'message', 'type']],
    ['/api/nope', 'application/json', ['http-status', 'message', 'reason', 'request-method', 'request-uri']],
    ['/oauth/nope', 'application/json', ['error', 'error_description']],
    ['/admin/nope', 'application/problem+json', ['detail', 'status', 'title', 'type']],
    ['/API/nope', 'application/json', ['http-status', 'message', 'reason', 'request-method', 'request-uri']],
    ['/OAuth/nope', 'application/json', ['error', 'error_description']],
    ['/ADMIN/nope', 'application/problem+json', ['detail', 'status', 'title', 'type']],
  ])('refuses %s in its own form', async (path, type, fields) => {
    const { body, headers } = await api.http.get(path).expect(404);
    expect(headers['content-type']).toBe(`${type}; charset=utf-8`);
    expect(Object.keys(body).sort()).toEqual(fields);
  });

  it.each([
    '/scheduler/jobs',
    '/api/jobs/1/operations/cancel',
    '/admin/v1/instances',
    '/nope',
    '/dashboard/',
  ])('takes no form at %s', async (path) => {
    await api.http.post(path).type('form').send({ a: 1 }).expect(415);
  });

  it.each(['/oauth/token', '/OAUTH/Token/'])('takes forms, and JSON, at %s', async (path) => {
    const client = { client_id: 'x', client_secret: 'y' };
    for (const type of ['form', 'json']) {
      const { body } = await api.http.post(path).type(type).send(client).expect(400);
      expect(body.error_description).toMatch(/grant_type is missing/);
    }
  });

  it.each(['/scheduler/import', '/scheduler/import/', '/SCHEDULER/Import'])(
    'takes a large body at %s',
    async (path) => {
      const jobs = [aJob({ unknown: 'x'.repeat(200_000) })];
      const { body } = await api.raw.acme.post(path, jobs).expect(202);
      expect(body['job-uri']).toMatch(/^\/api\/jobs\//);
    },
  );

  it.each(['/scheduler/jobCount', '/SCHEDULER/JOBCOUNT', '/Scheduler/jobCount/'])(
    'never answers 304 at %s',
    async (path) => {
      await api.raw.acme.get(path).set('If-None-Match', '*').expect(200);
    },
  );
});
