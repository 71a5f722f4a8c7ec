import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { aJob, aName, CREATING, DEFAULT_PREFIX, refuses, startApi } from './setup.js';

const api = await startApi();
const bearer = { Authorization: `Bearer ${await tokenOfAcme()}` };

async function tokenOfAcme(): Promise<string> {
  const { tokenFor } = await import('../auth/setup.js');
  const { ACME } = await import('./setup.js');
  return tokenFor(api, api.uaa, ACME);
}

const post = () => api.http.post('/scheduler/jobs').set(bearer);

describe('A body', () => {
  it('may hold 102,400 bytes and no more', async () => {
    const job = aJob({ unknown: '' });
    const room = 102_400 - Buffer.byteLength(JSON.stringify(job));
    await post()
      .send({ ...job, unknown: 'x'.repeat(room) })
      .expect(201);
    const tooLarge = { ...aJob(), unknown: 'x'.repeat(room + 1) };
    await refuses(post().send(tooLarge), 413, 'request entity too large');
    const chunked = await fetch(`${api.baseUrl}/scheduler/jobs`, {
      method: 'POST',
      headers: { ...bearer, 'Content-Type': 'application/json' },
      body: new Blob([JSON.stringify(tooLarge)]).stream(),
      // A stream has no length, so it is sent in chunks; the types of fetch do not know the word for it.
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
  });

  it.each(['{', '{"name": }', '{"a": 1} x', "{'a': 1}", '\u0000', 'undefined'])(
    'that is %p is refused as no JSON',
    async (body) => {
      await refuses(
        post().type('json').send(body),
        400,
        /^Error in Job Scheduler action: The body is not valid JSON: /,
      );
    },
  );

  it.each(['[]', '"text"', '5', 'null', 'true'])('that is %p is refused as no object', async (body) => {
    await refuses(
      post().type('json').send(body),
      400,
      /^Error while creating job: The body must be a JSON object/,
    );
  });

  it('must be JSON by its content type', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/xml',
    ]) {
      await refuses(
        post().set('Content-Type', type).send('name=x'),
        415,
        /must be sent as application\/json/,
      );
    }
    await refuses(
      post().set('Content-Type', 'application/json; charset=latin1').send('{}'),
      415,
      /must be UTF-8/,
    );
    const problem = 'application/vnd.example+json; charset=utf-8';
    await post().set('Content-Type', problem).send(JSON.stringify(aJob())).expect(201);
  });

  it('is refused where it is nested beyond reason, and taken where its text only looks so', async () => {
    const deep = `{"name":"x","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    await refuses(post().type('json').send(deep), 400, /nested deeper than 100 levels/);
    const data = JSON.stringify({ a: JSON.parse(`${'['.repeat(90)}${']'.repeat(90)}`) });
    await post()
      .send(aJob({ schedules: [{ time: 'now', data }] }))
      .expect(201);
    const deepText = `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    await refuses(
      post().send(aJob({ schedules: [{ time: 'now', data: deepText }] })),
      400,
      /'schedules\[0\].data' must be/,
    );
    await post()
      .send(aJob({ description: '[{"'.repeat(300) }))
      .expect(201);
  });

  it('cannot reach the prototype of anything', async () => {
    const body = `{"__proto__":{"active":true},"constructor":1,${JSON.stringify(aJob()).slice(1)}`;
    const { body: job } = await post().type('json').send(body).expect(201);
    expect(job.active).toBe(false);
    expect(({} as { active?: unknown }).active).toBeUndefined();
  });
});

describe('A route', () => {
  it('that is unknown answers 404', async () => {
    for (const path of [
      '/',
      '/scheduler',
      '/scheduler/nope',
      '/scheduler/jobs/1/nope',
      '/scheduler/jobs/1/schedules/x/runs/y/z',
    ]) {
      await refuses(api.http.get(path).set(bearer), 404, /There is no such route/);
      await refuses(api.http.post(path).set(bearer).send({}), 404, /There is no such route/);
    }
  });

  it.each([
    ['patch', '/scheduler/jobs', 'GET, HEAD, POST'],
    ['delete', '/scheduler/jobs', 'GET, HEAD, POST'],
    ['post', '/scheduler/jobs/1', 'DELETE, GET, HEAD, PUT'],
    ['put', '/scheduler/jobs/1/schedules', 'DELETE, GET, HEAD, POST'],
    ['post', '/scheduler/jobCount', 'GET, HEAD'],
    ['put', '/scheduler/search/jobs', 'GET, HEAD'],
    ['options', '/scheduler/globalParameters', 'GET, HEAD, PUT'],
  ] as const)('answers 405 for %s %s', async (method, path, allowed) => {
    const { headers } = await api.http[method](path).set(bearer);
    expect(headers['allow']).toBe(allowed);
    await refuses(api.http[method](path).set(bearer), 405, /is not permitted here: use /);
  });

  it('answers 401 without credentials that hold, and says how to come again', async () => {
    const headers = [
      {},
      { Authorization: 'Bearer x' },
      { Authorization: 'Basic eDp5' },
      { Authorization: 'Digest x' },
    ];
    for (const sent of headers) {
      const request = api.http.get('/scheduler/jobs').set(sent as Record<string, string>);
      await refuses(request.expect('WWW-Authenticate', 'Bearer error="invalid_token"'), 401, /./);
    }
    await refuses(api.http.post('/scheduler/jobs').send(aJob()), 401, /./);
  });

  it('answers a HEAD as a GET without its body', async () => {
    const { headers, text: body } = await api.http.head('/scheduler/jobs').set(bearer).expect(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(body).toBeUndefined();
  });

  it('answers a malformed path with 400, and shows nothing of the inside', async () => {
    const { body } = await api.http.get('/scheduler/jobs/%zz').set(bearer).expect(400);
    expect(JSON.stringify(body)).not.toMatch(/node_modules|at .*:\d+|SELECT/);
  });

  it('takes a name with escaped characters', async () => {
    const name = `${aName()} (ü)`;
    await api.acme.put(`/scheduler/jobs/${encodeURIComponent(name)}`, aJob({ name })).expect(201);
  });

  it('sets headers that keep browsers from mischief', async () => {
    const { headers } = await api.http.get('/scheduler/jobs').set(bearer);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('A message', () => {
  it('cuts the value that it shows at 80 characters', async () => {
    const { body } = await post()
      .send(aJob({ httpMethod: 'x'.repeat(500) }))
      .expect(400);
    expect(body.message).toMatch(new RegExp(`^${CREATING}'httpMethod' .*'x{79}\\.\\.\\.$`));
  });

  it('has the common prefix where the route has none of its own', async () => {
    const { body } = await api.acme.get('/scheduler/search/jobs').expect(400);
    expect(body.message).toBe(`${DEFAULT_PREFIX}Search query not provided`);
  });
});

describe('A connection', () => {
  it('that breaks off in the middle of a body harms nobody', async () => {
    const { port, hostname } = new URL(api.baseUrl);
    const socket = connect(Number(port), hostname);
    socket.end(
      `POST /scheduler/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: ${bearer.Authorization}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"name":',
    );
    await text(socket).catch(() => '');
    await api.acme.get('/scheduler/jobCount').expect(200);
  });
});
