import { once } from 'node:events';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Samples } from '../support/samples.js';
import { startMeasured as setup } from './metrics-setup.js';
import { Listening } from './operation-events.js';
import { aJob } from './setup.js';

const REQUESTS = 'carillon_http_requests_total';
const SECONDS = 'carillon_http_request_seconds_count';
const JOB = '/scheduler/jobs/:jobId';

/** The requests that came since, without those that read the metrics. */
async function requestsSince({ since }: Awaited<ReturnType<typeof setup>>, before: Samples) {
  const counts = await since(before, REQUESTS);
  return Object.fromEntries(Object.entries(counts).filter(([series]) => !series.includes('"/metrics"')));
}

const of = (method: string, route: string, code: number) =>
  `{method="${method}",route="${route}",code="${code}"}`;

/** Sends bytes on a connection of their own and waits for its end. */
async function sendBytes({ baseUrl }: { readonly baseUrl: string }, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

describe('Requests', () => {
  it('are counted by the template of their route, whatever became of them', async () => {
    const service = await setup();
    const { acme, http, read } = service;
    const before = await read();
    const { body } = await acme.post('/scheduler/jobs', aJob()).expect(201);
    await acme.get(`/scheduler/jobs/${body._id}`).expect(200);
    await acme.get('/scheduler/jobs/12345').expect(404);
    await http.get('/scheduler/jobs/12345').expect(401);
    await http.head('/scheduler/jobs/12345').expect(401);
    expect(await requestsSince(service, before)).toEqual({
      [of('POST', '/scheduler/jobs', 201)]: 1,
      [of('GET', JOB, 200)]: 1,
      [of('GET', JOB, 404)]: 1,
      [of('GET', JOB, 401)]: 1,
      [of('HEAD', JOB, 401)]: 1,
    });
    const seconds = await service.since(before, SECONDS);
    expect(seconds[`{method="GET",route="${JOB}"}`]).toBe(3);
  });

  it('are counted by their route too where they were refused before they came to it', async () => {
    const service = await setup();
    const { http, read } = service;
    const before = await read();
    const large = JSON.stringify({ name: 'x'.repeat(110_000) });
    await http.put('/scheduler/jobs/7?a=b').type('json').send(large).expect(413);
    await http.put('/scheduler/jobs/7').type('text').send('x').expect(415);
    await http.put('/scheduler/jobs/7').type('json').send('{').expect(400);
    await sendBytes(service, 'GET /scheduler/jobs/7 HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(await requestsSince(service, before)).toEqual({
      [of('PUT', JOB, 413)]: 1,
      [of('PUT', JOB, 415)]: 1,
      [of('PUT', JOB, 400)]: 1,
      [of('GET', JOB, 400)]: 1,
    });
  });

  it('have the route other and the method _OTHER where these are none of ours', async () => {
    const service = await setup();
    const { http, acme, read } = service;
    const before = await read();
    await acme.get('/scheduler/nothing/of/this/name').expect(404);
    await http.post('/scheduler/nothing').type('json').send('{').expect(400);
    await http.get('/%zz').expect(400);
    await http.patch('/scheduler/jobs/7').expect(405);
    await sendBytes(service, 'PROPFIND /scheduler/jobs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await sendBytes(service, 'NONSENSE\r\n\r\n');
    await sendBytes(service, `GET /health/live HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    await sendBytes(service, 'GET /health/live HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n');
    expect(await requestsSince(service, before)).toEqual({
      [of('GET', 'other', 404)]: 1,
      [of('POST', 'other', 400)]: 1,
      [of('GET', 'other', 400)]: 1,
      [of('PATCH', 'other', 405)]: 1,
      [of('_OTHER', 'other', 405)]: 1,
      [of('_OTHER', 'other', 400)]: 1,
      [of('GET', 'other', 431)]: 1,
      [of('GET', 'other', 417)]: 1,
    });
  });

  it('of pages and of files have one route each', async () => {
    const service = await setup();
    const { http, read } = service;
    const before = await read();
    const browser = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' };
    await http.get('/').set(browser).expect(302);
    const codes = [];
    for (const path of ['/dashboard/', '/dashboard/jobs/1', '/dashboard/jobs/2', '/dashboard/nowhere']) {
      codes.push((await http.get(path).set(browser)).status);
    }
    const asset = await http.get('/dashboard/assets/gone-1234.js');
    await http.get('/dashboard/api/overview').set(browser).expect(403);
    const counts = await requestsSince(service, before);
    const pages = Object.entries(counts).filter(([series]) => series.includes('route="/dashboard/*"'));
    expect(pages.reduce((sum, [, count]) => sum + count, 0)).toBe(codes.length);
    expect(counts[of('GET', '/dashboard/assets/*', asset.status)]).toBe(1);
    expect(counts[of('GET', '/', 302)]).toBe(1);
    expect(counts[of('GET', '/dashboard/api/overview', 403)] ?? counts[of('GET', 'other', 403)]).toBe(1);
  });

  it('are counted as left where the client went before an answer, and once where their body is broken', async () => {
    const service = await setup();
    const { read, baseUrl } = service;
    const before = await read();
    const head = 'POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    await sendBytes(service, `${head}Transfer-Encoding: chunked\r\n\r\nno chunk\r\n`);
    // The server asks for the body once it has seen the head.
    const headers = { 'content-type': 'application/json', 'content-length': 100, expect: '100-continue' };
    const leaving = send(`${baseUrl}/oauth/token`, { method: 'POST', headers });
    leaving.on('error', () => undefined).flushHeaders();
    await once(leaving, 'continue');
    // A connection that ends in the middle of a body is answered 400: half of it may still be read.
    leaving.socket?.resetAndDestroy();
    const left = of('POST', '/oauth/token', 499);
    let counts: Record<string, number> = {};
    while (counts[left] === undefined) counts = await requestsSince(service, before);
    expect(counts).toEqual({ [left]: 1, [of('POST', '/oauth/token', 400)]: 1 });
  });

  it('for streams of events are counted when they end, and their hours are no request seconds', async () => {
    const service = await setup();
    const { read, uaa, baseUrl } = service;
    const basic = Buffer.from(`${uaa.clientid}:${uaa.clientsecret}`).toString('base64');
    const stream = await Listening.open(`${baseUrl}/api/jobs/events`, { Authorization: `Basic ${basic}` });
    await stream.ready();
    const series = `${REQUESTS}${of('GET', '/api/jobs/events', 200)}`;
    expect((await read()).get(series)).toBeUndefined();
    await stream.close();
    let now = await read();
    while (!now.has(series)) now = await read();
    expect(now.get(series)).toBe(1);
    expect(now.get(`${SECONDS}{method="GET",route="/api/jobs/events"}`)).toBeUndefined();
  });
});
