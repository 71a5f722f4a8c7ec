import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { namesHmc } from '../../src/http/protocol/spoken-protocol.js';
import { tokenFor } from '../auth/setup.js';
import { refusal, startOperations, uriOf } from './operation-setup.js';
import { databaseKinds } from '../support/databases.js';
import { ACME } from './setup.js';

const [sqlite] = databaseKinds;
if (!sqlite) throw new Error('SQLite is the first database.');
const app = await startOperations(sqlite);
const token = await tokenFor(app, app.uaa, ACME);
const HMC = 'application/vnd.hmc+json';
const RUNS = '/scheduler/jobs/999999/schedules/11111111-1111-4111-8111-111111111111/runs';

/** A request with the token of a tenant and a value of `Accept`. */
const sent = (method: 'get' | 'post' | 'put', path: string, accept = HMC, bearer = token) =>
  app.http[method](path).set({ Authorization: `Bearer ${bearer}`, Accept: accept });

const SAP_FIELDS = ['code', 'detailedError', 'message', 'type'];

describe('A refusal of a route that starts operations', () => {
  it.each([
    ['a run that has no schedule', RUNS, {}, 404],
    ['a malformed bulk operation', '/scheduler/jobs/operations/activate', { nothing: 1 }, 400],
    ['an empty import', '/scheduler/import', {}, 400],
    [
      'a switch of a job that is not there',
      '/scheduler/jobs/999999/schedules/activationStatus',
      { activationStatus: true },
      404,
    ],
  ])('for %s has the form that the caller speaks', async (_what, path, input, status) => {
    const answer = await sent('post', path).send(input).expect(status);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toEqual(refusal(status, 1, 'POST', path));
    expect(answer.body.message).not.toMatch(/^Error /);
    const usual = await sent('post', path, 'application/json').send(input).expect(status);
    expect(Object.keys(usual.body).sort()).toEqual(SAP_FIELDS);
  });

  it('of the body parser and of the guard has it too', async () => {
    const malformed = await sent('post', RUNS).type('json').send('{"a').expect(400);
    const other = await sent('post', RUNS).type('text').send('a').expect(415);
    const large = await sent('post', '/scheduler/jobs/operations/delete')
      .send({ a: 'x'.repeat(200_000) })
      .expect(413);
    const stranger = await sent('post', RUNS, HMC, 'nonsense').expect(401);
    const method = await sent('put', '/scheduler/jobs/operations/delete').send({}).expect(405);
    const nowhere = await sent('post', '/scheduler/nowhere').send({}).expect(404);
    for (const { body, status, request } of [malformed, other, large, stranger, method, nowhere]) {
      expect(body).toEqual(refusal(status, 1, request.method, new URL(request.url).pathname));
    }
  });

  it('of Node’s parser has it too, whether or not the head was read', async () => {
    const head = `POST ${RUNS} HTTP/1.1\r\nHost: a\r\nAccept: ${HMC}\r\n`;
    for (const [rest, status] of [
      [`X-Large: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['Bad Header: a\r\n\r\n', 400],
      ['Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n', 400],
      ['Expect: wonders\r\n\r\n', 417],
    ] as const) {
      const socket = connect(Number(new URL(app.baseUrl).port), '127.0.0.1');
      socket.write(head + rest);
      const [, body = ''] = (await text(socket)).split('\r\n\r\n');
      expect(JSON.parse(body)).toEqual(refusal(status, 1, 'POST', RUNS));
    }
  });

  it('keeps its form where RFC 6749 or RFC 9457 gives it', async () => {
    const oauth = await app.http.post('/oauth/token').set('Accept', HMC).send({}).expect(401);
    expect(Object.keys(oauth.body)).toContain('error');
    const admin = await sent('get', '/admin/v1/nope').expect(404);
    expect(Object.keys(admin.body)).toContain('detail');
  });

  it.each([
    ['application/vnd.hmc+json', true],
    ['APPLICATION/VND.HMC+JSON', true],
    ['application/json; profile=hmc', true],
    ['application/json;profile="hmc"', true],
    ['text/html, application/vnd.hmc+json;q=0.9, */*;q=0.1', true],
    ['application/vnd.ibm-z-zmanager-metrics', true],
    ['application/json, application/vnd.hmc+json', true],
    ['application/json;q=0.5, application/vnd.hmc+json;q=0.9', true],
    ['application/json, application/vnd.hmc+json;q=0.5', false],
    ['application/vnd.hmc+json;q=0', false],
    ['application/vnd.hmc+json;q=0.000, */*', false],
    ['application/json', false],
    ['*/*', false],
    ['application/vnd.schmcool+json', false],
    ['', false],
    [undefined, false],
  ])('is for the HMC where Accept is %s: %s', (accept, expected) => {
    expect(namesHmc(accept)).toBe(expected);
  });
});

describe('A status that is polled', () => {
  it.each(['*', 'W/"1-a"'])('is always told whole (If-None-Match: %s)', async (condition) => {
    const job = await app.createJob(app.acme);
    const uri = uriOf(await app.acme.post(job.runs).expect(202));
    for (const path of [uri, `/scheduler/jobs/${job.jobId}`, job.runs]) {
      const first = await sent('get', path).expect(200);
      expect(first.headers).not.toHaveProperty('etag');
      expect(first.headers['cache-control']).toBe('no-store');
      const conditions = {
        'If-None-Match': first.headers.etag ?? condition,
        'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT',
      };
      const again = await sent('get', path).set(conditions).expect(200);
      expect(again.body).toEqual(first.body);
    }
  });
});
