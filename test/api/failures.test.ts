import { Controller, Get, Module } from '@nestjs/common';
import { Conflict } from '../../src/core/errors.js';
import { Public } from '../../src/http/scope.decorators.js';
import { startService } from '../auth/setup.js';

const INSIDE = "ER_PARSE_ERROR: SELECT password FROM job at /srv/dist/job.store.js:12 for 'secret'";

@Controller()
class BoomController {
  @Get(['scheduler/boom', 'api/boom', 'admin/boom', 'oauth/boom'])
  @Public()
  boom(): never {
    throw new Error(INSIDE);
  }

  @Get(['scheduler/taken', 'api/taken', 'admin/taken', 'oauth/taken'])
  @Public()
  taken(): never {
    throw new Conflict('It is taken.');
  }
}

@Module({ controllers: [BoomController] })
class BoomModule {}

async function setup() {
  const service = await startService({}, { modules: [BoomModule] });
  const logged: unknown[][] = [];
  service.app.useLogger({
    log: () => undefined,
    warn: () => undefined,
    error: (...line: unknown[]) => logged.push(line),
  });
  return { ...service, logged };
}

describe('A failure of ours', () => {
  it('shows a fixed text on the wire, and itself in one line of the log', async () => {
    const { http, logged } = await setup();
    const { body, headers } = await http.get('/scheduler/boom?token=private').expect(500);
    const message =
      'Error in Job Scheduler action: The service failed to process the request. Try again later.';
    expect(body).toEqual({ code: 500, message, type: 'Internal Server Error', detailedError: message });
    expect(logged).toHaveLength(1);
    const [line, trace] = logged[0] ?? [];
    const msg = `Request ${headers['x-request-id']} failed: GET /scheduler/boom`;
    expect(line).toEqual({ msg, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(trace).toContain(INSIDE);
  });

  it.each(['scheduler', 'api', 'admin', 'oauth'])('shows nothing of the inside under /%s', async (area) => {
    const { http } = await setup();
    const { text } = await http.get(`/${area}/boom`).expect(500);
    expect(text).not.toMatch(/SELECT|ER_|secret|\.js/);
  });
});

describe('A refusal', () => {
  it('has the envelope of its protocol', async () => {
    const { http } = await setup();
    const { body: scheduler } = await http.get('/scheduler/taken').expect(409);
    expect(scheduler).toMatchObject({ code: 409, type: 'Conflict' });
    const { body: api } = await http
      .get('/api/taken')
      .expect(409)
      .expect('Content-Type', /^application\/json/);
    expect(api).toEqual({
      ...{ 'http-status': 409, reason: 1, message: 'It is taken.' },
      ...{ 'request-method': 'GET', 'request-uri': '/api/taken' },
    });
    const { body: admin, headers } = await http.get('/admin/taken').expect(409);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(admin).toMatchObject({ title: 'Conflict', status: 409, detail: 'It is taken.' });
    const { body: oauth } = await http.get('/oauth/taken').expect(409);
    expect(oauth).toEqual({ error: 'invalid_request', error_description: 'It is taken.' });
  });
});
