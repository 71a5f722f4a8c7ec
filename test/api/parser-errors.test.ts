import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { tokenFor } from '../auth/setup.js';
import { ACME, aJob, refuses, startApi } from './setup.js';

const api = await startApi();
const token = await tokenFor(api, api.uaa, ACME);

/** Sends bytes on a connection of their own and returns the status, the type and the JSON body of the answer. */
async function answerTo(bytes: string) {
  const socket = connect(Number(new URL(api.baseUrl).port), '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    type: /content-type: ([^;\r]+)/i.exec(head)?.[1],
    body: JSON.parse(body),
  };
}

const large = 'x'.repeat(20_000);

describe('A request that Node’s parser refuses', () => {
  it('is answered in the form of the scheduler where its path is not known', async () => {
    const { status, type, body } = await answerTo('NONSENSE\r\n\r\n');
    const message = 'Error in Job Scheduler action: The request is not valid HTTP.';
    expect({ status, type }).toEqual({ status: 400, type: 'application/json' });
    expect(body).toEqual({
      code: 400,
      message,
      type: 'Bad Request/Invalid Request',
      detailedError: message,
    });
  });

  it.each([
    ['/scheduler/jobs', 'application/json', { code: 431, type: 'Request Header Fields Too Large' }],
    [
      '/api/jobs/1?a=b',
      'application/json',
      { 'http-status': 431, reason: 1, 'request-uri': '/api/jobs/1?a=b' },
    ],
    ['/oauth/token', 'application/json', { error: 'invalid_request' }],
    ['/admin/v1/tenants', 'application/problem+json', { status: 431 }],
  ])('is answered in the form of the protocol of %s', async (path, type, body) => {
    const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: a\r\nX-Large: ${large}\r\n\r\n`);
    expect(answer).toMatchObject({ status: 431, type, body });
  });

  it('because of what it expects says so', async () => {
    const answer = await answerTo('GET /api/jobs/1 HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n');
    expect(answer).toMatchObject({
      status: 417,
      body: { 'http-status': 417, 'request-method': 'GET', message: expect.stringContaining("'Expect'") },
    });
  });

  it('is refused in the same form without a host', async () => {
    const answer = await answerTo('GET /scheduler/jobs HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 400, message: expect.stringMatching(/'Host'/) },
    });
  });
});

describe('A Content-Length that counts characters', () => {
  const report = (json: string, length: number) =>
    `PUT /scheduler/jobs/1/schedules/x/runs/y HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${json}`;

  it('is told where the rest of the body follows', async () => {
    const json = JSON.stringify({ success: true, message: 'größer' });
    const { status, body } = await answerTo(report(json, json.length));
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/'Content-Length'.* must count bytes, not characters/) },
    });
  });

  it('is told where the rest of the body is never sent', async () => {
    const json = Buffer.from(JSON.stringify({ success: true, message: 'größer' }));
    await refuses(
      api.http
        .put('/scheduler/jobs/1/schedules/x/runs/y')
        .set('Authorization', `Bearer ${token}`)
        .type('json')
        .send(json.subarray(0, json.length - 2).toString()),
      400,
      /^Error in Job Scheduler action: The body is not valid JSON: .*'Content-Length' must count bytes/,
    );
  });

  it('is not told of a body of one-byte characters that is cut', async () => {
    const sent = api.http.post('/scheduler/jobs').set('Authorization', `Bearer ${token}`).type('json');
    const { body } = await sent.send('{"name": "a').expect(400);
    expect(body.message).not.toContain('Content-Length');
  });
});

describe('The faults of a body', () => {
  it('are told at once, the first one first', async () => {
    const faulty = aJob({ action: 'nowhere', calmConfig: {}, httpMethod: 'BREW', active: 'maybe' });
    const { body } = await api.acme.post('/scheduler/jobs', faulty).expect(400);
    const faults = String(body.message).split('; also: ');
    expect(faults).toHaveLength(4);
    expect(faults[0]).toMatch(/^Error while creating job: 'action' 'nowhere' must be an absolute URL/);
    expect(faults.slice(1).join()).toMatch(/'active'.*'httpMethod'.*'calmConfig' object cannot be empty/);
  });

  it('are told up to the tenth', async () => {
    const schedules = Array.from({ length: 13 }, () => ({ cron: '* * * * 3 0 0', active: 'maybe' }));
    const { body } = await api.acme.post('/scheduler/jobs', aJob({ schedules })).expect(400);
    expect(String(body.message).split('; also: ')).toHaveLength(10);
    expect(body.message).toMatch(/schedules\[9\].*; and 3 more$/);
  });
});
