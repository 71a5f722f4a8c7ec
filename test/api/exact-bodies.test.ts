import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { tokenFor } from '../auth/setup.js';
import { ACME, aJob, createJob, DEFAULT_PREFIX, refuses, startApi } from './setup.js';

const api = await startApi();
const authorization = `Bearer ${await tokenFor(api, api.uaa, ACME)}`;
const JSON_TYPE = 'application/json';

/** Sends bytes as they are; supertest would encode them. */
async function send(
  path: string,
  body: Buffer | string,
  headers: Record<string, string> = {},
  method = 'POST',
) {
  const answer = await fetch(`${api.baseUrl}${path}`, {
    method,
    headers: { authorization, 'content-type': JSON_TYPE, ...headers },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
}

/** The text of a job with a schedule of which `data` is written as it is given. */
const withData = (data: string) =>
  JSON.stringify(aJob({ schedules: [{ cron: '* * * * 3 0 0', data: 'DATA' }] })).replace('"DATA"', data);

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
const utf32le = (text: string) =>
  Buffer.from(Uint32Array.from(Array.from(text), (one) => one.codePointAt(0) ?? 0).buffer);

describe('Numbers in data', () => {
  it.each(['9007199254740993', '-9007199254740993', '1E400', '1e-400', '123456789012345678901234567890'])(
    'that would be changed are refused: %s',
    async (number) => {
      const { body: job } = await send('/scheduler/jobs', withData('{}'));
      const schedules = `/scheduler/jobs/${job._id}/schedules`;
      const schedule = `${schedules}/${job.schedules[0].scheduleId}`;
      const data = `{"a":[1,{"b c":${number}}]}`;
      const told = new RegExp(
        `data\\.a\\[1\\]\\.b c' is the number ${number}, which would become .*: send it as text$`,
      );
      const texts = { object: data, text: JSON.stringify(data) };
      for (const given of Object.values(texts)) {
        const change = `{"data":${given}}`;
        const draft = `{"cron":"* * * * 3 0 0","data":${given}}`;
        const answers = [
          await send('/scheduler/jobs', withData(given)),
          await send('/scheduler/jobs/by%20name', withData(given), {}, 'PUT'),
          await send(schedules, draft),
          await send(schedule, change, {}, 'PUT'),
        ];
        for (const answer of answers) {
          expect(answer).toEqual({
            status: 400,
            body: expect.objectContaining({ message: expect.stringMatching(told) }),
          });
        }
      }
      for (const whole of [
        `[${withData(data)}]`,
        `{"results":[${withData(data)}]}`,
        `{"jobs":[${withData(data)}]}`,
        withData(data),
      ]) {
        const answer = await send('/scheduler/import', whole);
        expect(answer).toEqual({
          status: 400,
          body: expect.objectContaining({ message: expect.stringMatching(told) }),
        });
      }
    },
  );

  it('are kept where nothing changes, and texts and keys are never looked into', async () => {
    const data =
      '{"a":1.0,"b":1e2,"c":0.1,"d":0.30000000000000004,"e":100000000000000000000,"f":-0,"9007199254740993":"1E400"}';
    for (const given of [data, JSON.stringify(data)]) {
      const { status, body } = await send('/scheduler/jobs', withData(given));
      expect(status).toBe(201);
      expect(JSON.parse(body.schedules[0].data)).toEqual({ ...JSON.parse(data), f: 0 });
    }
  });

  it('matter in data alone', async () => {
    const job = `${JSON.stringify(aJob({ unknown: { data: {} } })).slice(0, -1)},"id":9007199254740993,"x":[1E400]}`;
    expect((await send('/scheduler/jobs', job)).status).toBe(201);
  });

  it('are told by at most ten', async () => {
    const data = `{"a":[${Array(12).fill('1E400').join(',')}]}`;
    const { body } = await send('/scheduler/jobs', withData(data));
    expect(body.message.split('; also: ')).toHaveLength(10);
  });

  it('are told in few words, however long their names and their path are', async () => {
    const long = `{"${'k'.repeat(90_000)}":{"a":1E400,"b":1E400}}`;
    const deep = `${'{"deep":'.repeat(90)}1E400${'}'.repeat(90)}`;
    for (const data of [long, deep]) {
      const { status, body } = await send('/scheduler/jobs', withData(data));
      expect(status).toBe(400);
      expect(body.message).toContain('send it as text');
      expect(JSON.stringify(body).length).toBeLessThan(3_000);
    }
  });
});

describe('The encoding of a body', () => {
  const text = () => JSON.stringify(aJob({ description: 'größer 😀' }));

  it.each(['', '; charset=utf-8', '; charset=UTF8', '; Charset="UTF-8"', ";charset='utf-8'", '; charset=""'])(
    'is UTF-8 with the content type application/json%s',
    async (parameter) => {
      for (const mark of ['', '\ufeff']) {
        const type = { 'content-type': `${JSON_TYPE}${parameter}` };
        const { status, body } = await send('/scheduler/jobs', Buffer.from(mark + text()), type);
        expect(status).toBe(201);
        expect(body.description).toBe('größer 😀');
      }
    },
  );

  it.each([
    'utf-16',
    'utf-16le',
    'utf-32',
    'utf-7',
    'iso-8859-1',
    'latin1',
    'windows-1252',
    'x',
    'utf-8; charset=utf-16',
  ])('is refused where %s is declared, whatever the bytes', async (charset) => {
    const type = { 'content-type': `${JSON_TYPE}; charset=${charset}` };
    for (const bytes of [Buffer.from('{}'), Buffer.from(text(), 'utf16le'), Buffer.from(text())]) {
      const { status, body } = await send('/scheduler/jobs', bytes, type);
      expect({ status, message: body.message }).toEqual({
        status: 415,
        message: expect.stringMatching(/must be UTF-8/),
      });
    }
  });

  it('is refused where the bytes are not UTF-8, and nothing becomes U+FFFD', async () => {
    const job = text();
    const wide = [Buffer.from(job, 'utf16le'), utf16be(job), utf32le(job)];
    const marked = [Buffer.from(`\ufeff${job}`, 'utf16le'), utf16be(`\ufeff${job}`), utf32le(`\ufeff${job}`)];
    const halves = Buffer.from(job.replace('ö', '@')).map((byte) => (byte === 0x40 ? 0xed : byte));
    const others = [Buffer.from(job, 'latin1'), Buffer.from(halves), Buffer.from(job).subarray(0, -60)];
    const cut = Buffer.concat([Buffer.from('{"name":"'), Buffer.from('😀').subarray(0, 3)]);
    const deep = Buffer.from(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'utf16le');
    const overlong = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]);
    for (const bytes of [...wide, ...marked, ...others.slice(0, 2), cut, deep, overlong]) {
      for (const path of ['/scheduler/jobs', '/scheduler/import', '/admin/v1/tenants', '/oauth/token']) {
        expect((await send(path, bytes)).status).toBe(415);
      }
    }
  });

  it('may be compressed, and what comes out is read exactly and bounded', async () => {
    const ways = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
    for (const [coding, compress] of Object.entries(ways)) {
      const headers = { 'content-encoding': coding };
      expect((await send('/scheduler/jobs', compress(text()), headers)).status).toBe(201);
      expect((await send('/scheduler/jobs', compress(Buffer.from(text(), 'latin1')), headers)).status).toBe(
        415,
      );
      expect((await send('/scheduler/jobs', compress(withData('{"a":1E400}')), headers)).status).toBe(400);
      expect((await send('/scheduler/jobs', compress(`${' '.repeat(102_400)}{}`), headers)).status).toBe(413);
    }
    expect((await send('/scheduler/jobs', 'x', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await send('/scheduler/jobs', 'x', { 'content-encoding': 'compress' })).status).toBe(415);
  });
});

describe('Half of a character', () => {
  it.each([
    [String.raw`{"name":"a\ud83d"}`, /'name' has half of a character, \\ud83d: send whole characters$/],
    [String.raw`{"name":"a\uDE00"}`, /'name' has half of a character, \\uDE00: /],
    [
      String.raw`{"name":"\ude00\ud83d","user":"\udfff"}`,
      /'name' has half of a character, \\ude00: [^;]*; also: 'user' has .*\\udfff: /,
    ],
    [String.raw`{"user":"\ud83d\\ude00"}`, /'user' has half/],
    [String.raw`{"schedules":[{"description":"\ud83dx"}]}`, /'schedules\[0\]\.description' has half/],
    [String.raw`{"a":{"b\ud800" : 1}}`, /'a' has a key with half of a character, \\ud800: /],
    [String.raw`{"\ud800":1}`, /The body has a key with half/],
    [String.raw`"\ud800"`, /The body has half/],
  ])('is refused in a body: %s', async (body, told) => {
    for (const path of ['/scheduler/jobs', '/scheduler/import']) {
      const answer = await send(path, body);
      expect(answer).toEqual({
        status: 400,
        body: expect.objectContaining({ message: expect.stringMatching(told) }),
      });
    }
  });

  it('is refused in data that is given as text, and in a report', async () => {
    for (const data of [String.raw`{"a":"\ud800"}`, String.raw`{"\ud800":1}`]) {
      for (const given of [data, JSON.stringify(data)]) {
        const { status, body } = await send('/scheduler/jobs', withData(given));
        expect(status).toBe(400);
        expect(body.message).toMatch(/data.* has .*half of a character, \\ud800/);
      }
    }
    const job = await createJob(api.acme);
    const { body: runs } = await api.acme
      .get(`${job.url}/schedules/${job.first.scheduleId}/runs`)
      .expect(200);
    const run = `${job.url}/schedules/${job.first.scheduleId}/runs/${runs.results[0]?.runId ?? job.first.scheduleId}`;
    const { status, body } = await send(run, String.raw`{"success":true,"message":"\ud83d"}`, {}, 'PUT');
    expect(status).toBe(400);
    expect(body.message).toMatch(/'message' has half/);
  });

  it('is none where both halves are there, or where only the letters are', async () => {
    const job = JSON.stringify(aJob({ description: 'D' }));
    const { body } = await send(
      '/scheduler/jobs',
      job.replace('"D"', String.raw`"\ud83D\uDE00 \\ud83d \\\\ud83d"`),
    );
    expect(body.description).toBe('😀 \\ud83d \\\\ud83d');
  });

  it('is refused in the path and the query, as are other bytes that are not UTF-8', async () => {
    for (const wrong of ['%ED%A0%80', '%FF', 'a%C3', '%C3%28', '%C0%AF', '%F5%80%80%80']) {
      for (const path of [
        `/scheduler/jobs?name=${wrong}`,
        `/scheduler/jobs/${wrong}`,
        `/api/jobs/${wrong}`,
        `/x?${wrong}=1`,
      ]) {
        const { body } = await api.http.get(path).set({ authorization }).expect(400);
        expect(body.message).toMatch(/is not UTF-8: percent-encode/);
      }
    }
    await refuses(
      api.http.get('/scheduler/search/jobs?q=%e4').set({ authorization }),
      400,
      `${DEFAULT_PREFIX}The URL has %e4, which is not UTF-8: percent-encode the characters in UTF-8.`,
    );
    await api.http.get('/scheduler/search/jobs?q=%e4%BD%a0%F0%9F%98%80').set({ authorization }).expect(200);
  });
});

describe('A form', () => {
  const { clientid, clientsecret } = api.uaa;
  const secrets = `grant_type=client_credentials&client_id=${encodeURIComponent(clientid)}&client_secret=${encodeURIComponent(clientsecret)}`;
  const post = async (body: Buffer | string, parameter = '') => {
    const answer = await send('/oauth/token', body, {
      authorization: '',
      'content-type': `application/x-www-form-urlencoded${parameter}`,
    });
    return { status: answer.status, error: answer.body.error };
  };

  it('is read in UTF-8, and in ISO-8859-1 where that is declared', async () => {
    for (const parameter of ['', '; charset=UTF-8', ';charset="utf8"', '; charset=ISO-8859-1']) {
      expect(await post(`${secrets}&x=%C3%A9`, parameter)).toEqual({ status: 200, error: undefined });
    }
    expect((await post(`${secrets}&x=%E9`, '; charset=ISO-8859-1')).status).toBe(200);
  });

  it('is refused in other charsets, and where it is not what it says', async () => {
    expect((await post(secrets, '; charset=utf-16')).status).toBe(415);
    expect((await post(Buffer.from(`${secrets}&x=é`, 'latin1'))).status).toBe(415);
    expect((await post(Buffer.from(secrets, 'utf16le'))).status).toBe(415);
    for (const wrong of ['%E9', '%ED%A0%80']) {
      expect(await post(`${secrets}&x=${wrong}`)).toEqual({ status: 400, error: 'invalid_request' });
    }
  });
});

describe('The depth of a body', () => {
  const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  it('is counted in data that is given as text too', async () => {
    expect((await send('/scheduler/jobs', withData(JSON.stringify(nested(100))))).status).toBe(201);
    for (const levels of [101, 5_000]) {
      const { status, body } = await send('/scheduler/jobs', withData(JSON.stringify(nested(levels))));
      expect(status).toBe(400);
      expect(body.message).toMatch(
        /'schedules\[0\].data' must be flatter: it is nested deeper than 100 levels$/,
      );
    }
  });

  it('lets an export of all that may be stored be imported', async () => {
    const { body: job } = await send('/scheduler/jobs', withData(JSON.stringify(nested(100))));
    const { body: exported } = await api.acme
      .get(`/scheduler/export?after=${job._id - 1}&page_size=1`)
      .expect(200);
    expect((await send('/scheduler/import?dryRun=true', JSON.stringify(exported))).status).toBe(202);
    expect((await send('/scheduler/import', `[${nested(105)}]`)).status).toBe(400);
  });
});
