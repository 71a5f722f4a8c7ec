import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import express from 'express';
import request from 'supertest';
import { OpenApiController } from '../../src/http/openapi/openapi.controller.js';
import { makeScratchFolder } from '../support/scratch.js';
import { startApi } from './setup.js';

const api = await startApi();
const home = await startApi({ DASHBOARD: 'off' });
const { document } = api;

type Method = {
  operationId: string;
  security?: unknown[];
  summary?: string;
  parameters: { name: string; in: string; schema: object }[];
  responses: Record<string, { content?: Record<string, { schema?: object; example?: unknown }> }>;
  requestBody?: { content: Record<string, { schema?: object; example?: unknown }> };
};
const methods = Object.entries(document.paths as Record<string, Record<string, Method>>).flatMap(
  ([path, each]) =>
    Object.entries(each).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
);

describe('The OpenAPI document', () => {
  it('is of version 3.1, with all ways to say who asks', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'basic', 'session']);
    expect(document.security).toEqual([{ bearer: [] }, { basic: [] }]);
    const { get, delete: end } = document.paths['/dashboard/api/session'];
    for (const { security } of [get, end]) expect(security).toEqual([{ session: [] }]);
  });

  it('tells of every route that there is', () => {
    interface Layer {
      route?: { path: string; methods: Record<string, boolean> };
    }
    const stack = (api.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } }).router
      .stack;
    const served = stack.flatMap(({ route }) =>
      route
        ? Object.keys(route.methods).map((method) => `${method} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
        : [],
    );
    expect(methods.map(({ name }) => name).sort()).toEqual([...new Set(served)].sort());
  });

  it('refers to nothing that it does not define', () => {
    const named = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of named) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(JSON.stringify(document)).not.toContain('#/$defs/');
  });

  it('says of each value either what it is or where that stands, so that readers need not choose', () => {
    const both: string[] = [];
    JSON.stringify(document, (key, value: unknown) => {
      if (typeof value === 'object' && value !== null && '$ref' in value && 'type' in value) both.push(key);
      return value;
    });
    expect(both).toEqual([]);
  });

  it('names each operation once', () => {
    const ids = methods.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes the bodies, answers and refusals of the scheduler', () => {
    const create = document.paths['/scheduler/jobs'].post;
    expect(create.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/JobDraft',
    });
    const draft = document.components.schemas.JobDraft;
    expect(draft.required.sort()).toEqual(['action', 'name', 'schedules']);
    expect(draft.properties.httpMethod.enum).toEqual(['GET', 'POST', 'PUT', 'DELETE']);
    expect(Object.keys(document.components.schemas.ScheduleDraft.properties)).toEqual(
      expect.arrayContaining([
        'cron',
        'time',
        'repeatInterval',
        'repeatAt',
        'data',
        'active',
        'startTime',
        'endTime',
      ]),
    );
    const statuses = Object.keys(create.responses);
    expect(statuses).toEqual(
      expect.arrayContaining(['201', '400', '401', '403', '413', '415', '429', '500', '503']),
    );
    for (const { path, operation } of methods.filter((each) => each.path.startsWith('/scheduler'))) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const { parameters } = operation as unknown as { parameters: { name: string; in: string }[] };
      expect(parameters.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(names);
    }
  });

  it('has a summary, schemas and examples for every body of every operation', () => {
    for (const { name, operation } of methods) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/./)]);
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      for (const body of bodies.flatMap((each) => Object.values(each?.content ?? {})))
        expect([name, body]).toEqual([name, { schema: expect.anything(), example: expect.anything() }]);
      const statuses = Object.keys(operation.responses);
      const isSuccess = (status: string) => /^2/.test(status);
      const empty = statuses.filter((status) => isSuccess(status) && !operation.responses[status]?.content);
      expect([name, empty.filter((status) => status !== '204')]).toEqual([name, []]);
      expect([name, statuses.some((status) => !isSuccess(status))]).toEqual([name, true]);
    }
  });

  it('has a body for every POST and PUT but those that need none', () => {
    const without = methods.filter(
      ({ name, operation }) => /^(post|put) /.test(name) && operation.requestBody === undefined,
    );
    expect(without.map(({ name }) => name).sort()).toEqual([
      'post /admin/v1/runners/{runnerId}/check',
      'post /admin/v1/tenants/{tenantId}/resume',
      'post /admin/v1/tenants/{tenantId}/suspend',
      'post /api/jobs/{operationId}/operations/cancel',
      'post /api/sessions/operations/create-server-sent-events-stream',
      'post /scheduler/jobs/{jobId}/schedules/{scheduleId}/runs',
      'post /scheduler/jobs/{jobId}/schedules/{scheduleId}/runs/{runId}/replay',
    ]);
  });

  it('says where the service is, and names every parameter of a path', () => {
    expect(document.servers).toEqual([{ url: expect.stringMatching(/^http:/) }]);
    for (const { path, operation } of methods) {
      const named = operation.parameters.filter((each) => each.in === 'path').map((each) => each.name);
      expect([path, named]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
    }
  });

  it('has refusals in the form of each protocol', () => {
    const formOf = (path: string, method: string) => document.paths[path][method].responses['503'].content;
    const refTo = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });
    expect(formOf('/scheduler/jobs', 'get')).toMatchObject({ 'application/json': refTo('Error') });
    expect(formOf('/api/jobs/{operationId}', 'get')).toMatchObject({
      'application/json': refTo('OperationError'),
    });
    expect(formOf('/oauth/token', 'post')).toMatchObject({ 'application/json': refTo('OAuthError') });
    expect(formOf('/admin/v1/tenants', 'get')).toMatchObject({
      'application/problem+json': refTo('Problem'),
    });
  });

  it('has no defaults in requests, which generators take for fields that are always there', () => {
    expect(JSON.stringify(document.components.schemas.JobDraft)).not.toContain('"default":');
    expect(document.components.schemas.JobDraft.properties.httpMethod.description).toBe('Default: "POST"');
  });

  it('marks the routes that need no credentials', () => {
    expect(document.paths['/health/live'].get.security).toEqual([]);
    expect(document.paths['/scheduler/jobs'].get.security).toBeUndefined();
  });
});

describe('The groups of the document', () => {
  it('are listed with the most looked for first, and hold every route', () => {
    const names = (document.tags as { name: string; description: string }[]).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['Jobs', 'Schedules', 'Run logs']);
    const used = new Set(
      methods.flatMap(({ operation }) => (operation as unknown as { tags: string[] }).tags),
    );
    expect([...used].sort()).toEqual([...names].sort());
  });

  it.each([
    ['get /scheduler/jobs', 'Jobs'],
    ['get /scheduler/jobCount', 'Jobs'],
    ['put /scheduler/jobs/{jobId}/schedules/{scheduleId}', 'Schedules'],
    ['put /scheduler/jobs/{jobId}/schedules/{scheduleId}/runs/{runId}', 'Run logs'],
    ['post /scheduler/import', 'Many jobs at once'],
    ['get /api/jobs/events', 'Operations'],
    ['put /subscription_manager_callbacks/tenants/{tenantId}', 'Subscriptions'],
    ['post /oauth/token', 'Tokens'],
    ['get /metrics', 'Monitoring'],
  ])('have %s among the %s', (name, group) => {
    const found = methods.find((each) => each.name === name);
    expect(found?.operation).toMatchObject({ tags: [group] });
  });
});

describe('The page at /docs', () => {
  it('and all that it loads come from this service', async () => {
    const { text } = await api.http
      .get('/docs')
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => String(url));
    const loaded = named.filter((url) => !url.startsWith('data:'));
    expect(loaded).toEqual([
      '/docs/swagger-ui.css',
      '/docs/docs.css',
      '/docs/swagger-ui-bundle.js',
      '/docs/docs.js',
    ]);
    for (const url of loaded) {
      const type = url.endsWith('.css') ? /^text\/css/ : /^text\/javascript/;
      const answer = await api.http.get(url).expect(200).expect('Content-Type', type);
      expect(answer.headers['cache-control']).toBe('public, max-age=600');
    }
    const { text: script } = await api.http.get('/docs/docs.js');
    expect(script).not.toMatch(/https?:/);
    // It is parsed, not run.
    expect(new Script(script)).toBeDefined();
  });

  it('is not lost over plain HTTP, where a browser must not be told to use HTTPS', async () => {
    const { headers } = await api.http.get('/docs');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('is not lost either where a public HTTPS address is reached by plain HTTP, past its proxy', async () => {
    const secure = await startApi({ PUBLIC_URL: 'https://jobs.example.com' });
    const { headers } = await secure.http.get('/docs');
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('tells a browser to use HTTPS where it does already, through a trusted proxy', async () => {
    const secure = await startApi({ PUBLIC_URL: 'https://jobs.example.com', TRUSTED_PROXIES: '127.0.0.1' });
    const over = async (scheme: string) => {
      const { headers } = await secure.http.get('/docs').set('X-Forwarded-Proto', scheme);
      return headers['strict-transport-security'];
    };
    expect(await over('https')).toContain('max-age=');
    expect(await over('http')).toBeUndefined();
  });

  it.each(['index.html', 'swagger-initializer.js', '..%2f..%2fpackage.json', 'docs.js.map'])(
    'has no file %s',
    async (name) => {
      await api.http.get(`/docs/${name}`).expect(404);
    },
  );

  it('is sent from a folder whose name begins with a dot, too', async () => {
    const folder = join(makeScratchFolder('docs-'), '.local');
    mkdirSync(folder);
    for (const name of ['index.html', 'docs.css']) writeFileSync(join(folder, name), name);
    const files = { page: join(folder, 'index.html'), pathOf: (name: string) => join(folder, name) };
    // The document is not asked for here.
    const controller = new OpenApiController({} as never, files, { publicUrl: 'http://localhost:3000' });
    const app = express()
      .get('/docs', (_request, response) => controller.page(response))
      .get('/docs/:file', ({ params }, response) => controller.file(params.file, response));
    await request(app).get('/docs').expect(200, 'index.html');
    await request(app).get('/docs/docs.css').expect(200, 'docs.css');
  });
});

describe('The page at / without a dashboard', () => {
  const ofBrowser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

  it('is for browsers, and loads and links nothing but what this service has', async () => {
    const { text, headers } = await home.http
      .get('/')
      .set(ofBrowser)
      .expect(200)
      .expect('Content-Type', /^text\/html/);
    expect(headers['vary']).toContain('Accept');
    const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => String(url));
    const own = named.filter((url) => !url.startsWith('data:'));
    expect(own).toEqual(
      expect.arrayContaining(['/docs', '/openapi.json', '/health/ready', '/docs/home.css', '/docs/home.js']),
    );
    for (const url of own)
      expect((await home.http.get(url)).status).toBe(url === '/health/ready' ? 503 : 200);
    expect(new Script((await home.http.get('/docs/home.js')).text)).toBeDefined();
    await home.http.head('/').set(ofBrowser).expect(200);
  });

  it.each([
    ['a client that takes JSON', { Accept: 'application/json' }],
    ['one that takes anything', { Accept: '*/*' }],
    ['one that prefers JSON', { Accept: 'text/html;q=0.5, application/json' }],
  ])('is not for %s', async (_name, headers) => {
    const { body } = await home.http.get('/').set(headers).expect(404);
    expect(body.message).toContain('There is no such route');
  });

  it('is at this one path and method', async () => {
    await home.http.post('/').set(ofBrowser).expect(404);
    await home.http.get('/scheduler').set(ofBrowser).expect(404);
    await home.http.get('/scheduler/jobs').set(ofBrowser).expect(401).expect('Content-Type', /json/);
  });
});
