import { parsed } from '../../src/http/validation.js';
import { z } from 'zod';
import { tokenFor } from '../auth/setup.js';
import { aJob, aSchedule, CREATING, createJob, DEFAULT_PREFIX, NOWHERE, refuses, startApi } from './setup.js';

const api = await startApi();
const bearer = { Authorization: `Bearer ${await tokenFor(api, api.uaa)}` };
const LIMITS = `/admin/v1/tenants/${NOWHERE}/limits`;
const NUMBER = 'must be a whole number from';
const LONELY = 'The path has a % that encodes nothing: a % itself is written %25.';
const NO_ID = "The tenant id 'acme' is not a UUID: name a tenant by its id (header X-Zid, parameter app_tid)";

/** The sentence of a refusal, in whichever form it is. */
const told = ({ body }: { body: Record<string, unknown> }) => String(body['detail'] ?? body['message']);

describe('The message of a refusal', () => {
  it.each([
    ['maxJobs', -1, `'maxJobs' ${NUMBER} 0 to 100000000, but is -1`],
    ['maxJobs', 1.5, `'maxJobs' ${NUMBER} 0 to 100000000, but is 1.5`],
    ['maxJobs', 1e20, `'maxJobs' ${NUMBER} 0 to 100000000, but is 100000000000000000000`],
    ['maxJobs', '5', `'maxJobs' ${NUMBER} 0 to 100000000, but is '5'`],
    ['maxCallsPerHostPerSecond', 0, `'maxCallsPerHostPerSecond' ${NUMBER} 1 to 100000000, but is 0`],
    ['maxLogBytesPerDay', -1, `'maxLogBytesPerDay' ${NUMBER} 0 to 1000000000000000, but is -1`],
    ['maxjobs', 5, "'maxjobs' is not known: leave it out"],
  ])('tells of the limit %s %j which numbers it takes', async (name, value, message) => {
    const answer = await api.http
      .put(LIMITS)
      .set(bearer)
      .send({ [name]: value })
      .expect(400);
    expect(told(answer)).toBe(message);
  });

  it.each([
    ['bindings/x/rotate', { overlapSeconds: -1 }, `'overlapSeconds' ${NUMBER} 0 to 2592000, but is -1`],
    ['bindings', { name: '/' }, "'name' must have 1 to 100 letters, digits, spaces and _ . -, but is '/'"],
    ['bindings', {}, "'name' is required: give a string"],
  ])('tells of POST /admin/v1/%s %j what is wanted', async (path, body, message) => {
    const answer = await api.http.post(`/admin/v1/${path}`).set(bearer).send(body).expect(400);
    expect(told(answer)).toBe(message);
  });

  it.each([
    ['usage?tenantId=x', "'tenantId' must be a UUID, but is 'x'"],
    ['usage?from=2026-02-30', "'from' must be a day such as 2026-03-01, but is '2026-02-30'"],
    [`tenants?q=${'x'.repeat(256)}`, /^'q' must have at most 255 characters, but is 'x+\.\.\.$/],
    ['tenants/%', LONELY],
  ])('tells of GET /admin/v1/%s what is wanted', async (path, message) => {
    const answer = await api.http.get(`/admin/v1/${path}`).set(bearer).expect(400);
    expect(told(answer)).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it.each([
    [{ description: 7 }, "'description' must be a string, but is 7"],
    [{ schedules: '' }, "'schedules' must be an array, but is ''"],
    [{ schedules: [] }, "'schedules' must have at least 1 entry, but is []"],
    [
      { schedules: [aSchedule(), aSchedule({ description: [], active: 7, data: 8 })] },
      "'schedules[1].data' must be a JSON object (or the JSON text of one), but is 8; also: " +
        "'schedules[1].description' must be a string, but is []; also: " +
        "'schedules[1].active' must be a boolean (true or false), but is 7",
    ],
    [
      { schedules: [{}, { cron: 7 }] },
      "'schedules[0]': Exactly one of cron, time, repeatInterval, repeatAt must be given; also: " +
        'schedules[1].cron must be a string, but is 7',
    ],
  ])('tells of a job with %j which field is wrong', async (change, message) => {
    await refuses(api.acme.post('/scheduler/jobs', aJob(change)), 400, `${CREATING}${message}`);
  });

  it.each([
    ['/scheduler/jobs/operations/delete', { filter: 7 }, "'filter' must be a string, but is 7"],
    ['/scheduler/import', { results: 7 }, "'results' must be an array, but is 7"],
    ['/scheduler/import', { jobs: [7] }, "'jobs[0]' must be a JSON object, but is 7"],
    ['/scheduler/import', [], 'The body must have at least 1 entry, but is []'],
    [
      '/scheduler/jobs/1/schedules/activationStatus',
      {},
      "'activationStatus' is required: give true or false",
    ],
  ])('tells of POST %s %j what is wanted', async (path, body, message) => {
    await refuses(api.acme.post(path, body), 400, `${DEFAULT_PREFIX}${message}`);
  });

  it.each([
    ['/scheduler/export?page_size=x', "'page_size' must be a whole number from 1 to 1000, but is 'x'"],
    ['/scheduler/export?after=x', "'after' must be the id of a job, a whole number, but is 'x'"],
    ['/scheduler/search/jobs?q=a&q=b', "'q' must be given once"],
    ['/scheduler/jobs/%', LONELY],
    ['/scheduler/jobs/100%/schedules', LONELY],
    ['/scheduler/nope/%a', LONELY],
  ])('tells of GET %s what is wanted', async (path, message) => {
    await refuses(api.http.get(path).set(bearer), 400, `${DEFAULT_PREFIX}${message}`);
  });

  it('says nothing about a % that is encoded, or stands in a query', async () => {
    const { name } = await createJob(api.acme, { name: 'a job with schedules' });
    await api.acme.get(`/scheduler/search/jobs?q=100%`).expect(200);
    await api.acme.put(`/scheduler/jobs/${name}%25`, aJob({ name: `${name}%` })).expect(400);
    await api.acme.get('/scheduler/jobs/%31').expect(200);
  });

  it('says at the token endpoint and at the API that an id is wanted where a subdomain stands', async () => {
    const { clientid, clientsecret } = api.uaa;
    const token = (headers: Record<string, string>, more: object) =>
      api.http
        .post('/oauth/token')
        .auth(clientid, clientsecret)
        .set(headers)
        .type('form')
        .send({ grant_type: 'client_credentials', ...more })
        .expect(401);
    for (const { body } of [await token({ 'X-Zid': 'acme' }, {}), await token({}, { app_tid: 'acme' })]) {
      expect(body).toEqual({ error: 'invalid_client', error_description: expect.stringContaining(NO_ID) });
    }
    const odd = await token({}, { app_tid: 'a"\r\nb\\' });
    expect(odd.body.error_description).toContain("The tenant id 'a???b?' is not a UUID");
    const basic = api.http.get('/scheduler/jobs').auth(clientid, clientsecret).set('X-Zid', 'acme');
    expect(told(await basic.expect(401))).toContain(NO_ID);
    const unknown = await token({ 'X-Zid': NOWHERE }, {});
    expect(unknown.body.error_description).toContain(`The zone '${NOWHERE}' has no subscription`);
  });
});

describe('A schema without words of its own', () => {
  it.each([
    [z.int(), 1.5, "'a' must be a whole number, but is 1.5"],
    [z.number().min(3), 2, "'a' must be at least 3, but is 2"],
    [z.number().max(3), 4, "'a' must be at most 3, but is 4"],
    [z.string().min(1), '', "'a' must have at least 1 character, but is ''"],
    [z.array(z.string()).max(2), ['x', 'y', 'z'], `'a' must have at most 2 entries, but is ["x","y","z"]`],
    [z.uuid(), 'x', "'a' must be a UUID, but is 'x'"],
    [z.enum(['x', 'y']), undefined, "'a' is required: give one of x, y"],
    [z.record(z.string(), z.string()), 7, "'a' must be a JSON object, but is 7"],
    [z.strictObject({}), { b: 1, c: 2 }, "'a.b', 'a.c' are not known: leave them out"],
    [z.union([z.string(), z.number()]), true, "'a' must have another form, but is true"],
  ])('says in ours what is wrong with a value (%#)', (schema, value, message) => {
    expect(() => parsed(z.object({ a: schema }), { a: value })).toThrow(message);
  });
});
