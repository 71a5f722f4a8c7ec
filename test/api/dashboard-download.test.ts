import { once } from 'node:events';
import { csvCell } from '../../src/dashboard/reads/runs/csv.js';
import { DomainError } from '../../src/core/errors.js';
import { uuidFromBytes } from '../../src/database/columns.js';
import { filePieces } from '../../src/http/pieces.js';
import type { Database } from '../../src/database/database.js';
import { RunRow } from '../../src/database/entities/run.row.js';
import { bearer, tokenFor } from '../auth/setup.js';
import { signedIn } from '../support/dashboard.js';
import { runRow, uuid } from '../database/rows.js';
import { allPages, describeReads, EVERY_MINUTE, many, type ShownRun, type Stage } from './dashboard-setup.js';
import { NOWHERE } from './setup.js';

describeReads('A download of run logs', (stage) => {
  const linesOf = (text: string): ShownRun[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as ShownRun);
  const path = '/dashboard/api/runs/download';
  /** Asks until no other download of this caller is under way. */
  const whenFree = async (client: Pick<Stage['acme'], 'get'>): Promise<number> => {
    const { status } = await client.get(path);
    return status === 429 ? whenFree(client) : status;
  };

  it('has all that the list has, and what was said', async () => {
    const here = await stage();
    const { acme, createJob, run, clock } = here;
    await createJob({}, many(60));
    const from = clock.now();
    await run(200, 500);
    const { all } = await allPages(here, acme, `?from=${from}`);
    const answer = await acme.get(`${path}?from=${from}`).expect(200);
    expect(answer.headers['content-type']).toMatch('application/x-ndjson');
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const named = (name: string) => `attachment; filename="carillon-${name}${day}`;
    expect(answer.headers['content-disposition']).toBe(`${named('acme-')}.ndjson"`);
    const lines = linesOf(answer.text);
    expect(lines.map(({ text: _text, ...run }) => run)).toEqual(all);
    expect(new Set(lines.map(({ text }) => text))).toEqual(new Set(['Response: said 500', 'said 200']));
    const failed = await acme.get(`${path}?from=${from}&state=ERROR`).expect(200);
    expect(linesOf(failed.text)).toHaveLength(60);
  });

  it('is of a job or a schedule where they are named, and of nobody else', async () => {
    const { acme, beta, provider, createJob, run, clock, TENANTS } = await stage();
    const large = await createJob({}, many(3));
    const small = await createJob(EVERY_MINUTE, { name: "Año (nightly) of o'clock" });
    const disposition = async (client: Stage['acme'], query: string) => {
      const { headers } = await client.get(`${path}?${query}`).expect(200);
      return headers['content-disposition']?.replace(/\d{4}-\d\d-\d\d/, 'DAY');
    };
    expect(await disposition(acme, `scheduleId=${small.scheduleId}&format=csv`)).toBe(
      'attachment; filename="carillon-acme-A-o-nightly-of-o-clock-DAY.csv"',
    );
    expect(await disposition(provider, `jobId=${small.jobId}`)).toBe(
      'attachment; filename="carillon-A-o-nightly-of-o-clock-DAY.ndjson"',
    );
    const other = await createJob(EVERY_MINUTE, { client: beta });
    const from = clock.now();
    await run(200, 200);
    const schedulesOf = async (client: Stage['acme'], query: string) => {
      const { text } = await client.get(`${path}?from=${from}&${query}`).expect(200);
      return linesOf(text).map(({ scheduleId }) => scheduleId);
    };
    expect(await schedulesOf(acme, `jobId=${large.jobId}`)).toHaveLength(6);
    expect(new Set(await schedulesOf(acme, `jobId=${large.jobId}`)).size).toBe(3);
    expect(await schedulesOf(acme, `scheduleId=${small.scheduleId}`)).toEqual([
      small.scheduleId,
      small.scheduleId,
    ]);
    expect(await schedulesOf(provider, `tenantId=${TENANTS.beta}`)).toEqual([
      other.scheduleId,
      other.scheduleId,
    ]);
    expect(await schedulesOf(provider, '')).toHaveLength(10);
    for (const query of [
      ...[`jobId=${other.jobId}`, `scheduleId=${other.scheduleId}`, `tenantId=${TENANTS.beta}`],
      ...[`jobId=${small.jobId}&scheduleId=${large.scheduleId}`, 'jobId=999999', `scheduleId=${NOWHERE}`],
    ]) {
      await acme.get(`${path}?${query}`).expect(404);
    }
  });

  it('of an instance comes tenant by tenant, the latest run of each first', async () => {
    const { acme, beta, provider, createJob, run, clock } = await stage();
    for (const client of [beta, acme, provider, beta]) await createJob(EVERY_MINUTE, { client });
    const from = clock.now();
    await run(200, 500, 200);
    const { text } = await provider.get(`${path}?from=${from}&state=SUCCESS`).expect(200);
    const lines = linesOf(text).map(({ tenant, dueAt }) => [tenant?.subdomain, dueAt - from]);
    const [first, last] = [59_000, 179_000];
    expect(lines).toEqual([
      ...[last, first].map((at) => ['acme', at]),
      ...[last, last, first, first].map((at) => ['beta', at]),
      ...[last, first].map((at) => ['carillon', at]),
    ]);
  });

  it('is a table whose cells no spreadsheet takes for a formula', async () => {
    const { acme, createJob, run, clock, database } = await stage();
    const { jobId } = await createJob(EVERY_MINUTE);
    // No name that is taken today begins so; one that is stored may.
    const name = '=HYPERLINK("http://x", "y")';
    await database.transaction((tx) => tx.execute('UPDATE job SET name = ? WHERE id = ?', [name, jobId]));
    const from = clock.now();
    await run(200);
    const { text, headers } = await acme.get(`${path}?format=csv&from=${from}`).expect(200);
    expect(headers['content-type']).toMatch('text/csv');
    const [head, line, end] = text.split('\r\n');
    expect(head).toBe(
      'runId,tenantId,subdomain,jobId,job,scheduleId,state,origin,plannedAt,calledAt,endedAt,lateMs,httpStatus,text',
    );
    expect(line).toContain(',"\'=HYPERLINK(""http://x"", ""y"")",');
    expect(line).toContain(`,${new Date(clock.now()).toISOString()},1000,200,said 200`);
    expect(end).toBe('');
  });

  it('goes on part by part where there are many runs or large texts', async () => {
    const { acme, provider, createJob, database, clock, sweeper } = await stage();
    const job = await createJob({ cron: '2099 * * * * 0 0' });
    const from = clock.now();
    const [row] = await database.read((tx) =>
      tx.query<{ id: Buffer; tenancy_id: number }>('SELECT id, tenancy_id FROM schedule WHERE job_id = ?', [
        job.jobId,
      ]),
    );
    if (!row) throw new Error('The job has a schedule.');
    const rows = Array.from({ length: 2_300 }, (_, n) =>
      runRow(0, {
        ...{
          id: uuid(0x6000_0000 + n),
          scheduleId: uuidFromBytes(row.id),
          tenancyId: row.tenancy_id,
          state: 'SUCCESS',
        },
        ...{ plannedAt: from + n, dueAt: from + n, executedAt: from + n, completedAt: from + n },
        endText: n < 40 ? 'x'.repeat(60_000) : 'short',
      }),
    );
    for (let at = 0; at < rows.length; at += 20) {
      await database.transaction((tx) => tx.manager.insert(RunRow, rows.slice(at, at + 20)));
    }
    clock.advance(60_000);
    for (const [client, query] of [
      [acme, ''],
      [provider, ''],
      [acme, `&scheduleId=${job.scheduleId}`],
    ] as const) {
      const { text } = await client.get(`${path}?from=${from}${query}`).expect(200);
      const due = linesOf(text).map(({ dueAt }) => dueAt - from);
      expect(due).toEqual(rows.map((_row, n) => rows.length - 1 - n));
    }
    await acme.delete(job.job).expect(200);
    await sweeper.purge();
  }, 60_000);

  it('is one at a time for a session, or a client in its tenant, until it is over', async () => {
    const { acme, beta, createJob, run, database, app, http } = await stage();
    await createJob(EVERY_MINUTE);
    await run(200);
    const signIn = async () => {
      const browser = await signedIn({ app, http }, 'tenant viewer', 'acme');
      await browser.get('/dashboard/api/session').expect(200);
      return browser;
    };
    const [one, other] = [await signIn(), await signIn()];
    // The part that is read waits for us, and with it the download.
    const { begun, goOn, restore } = heldAt(database, 2);
    const open = one
      .get(path)
      .expect(200)
      .then(({ text }) => linesOf(text));
    try {
      await begun;
      const { body } = await one.get(path).expect(429);
      expect(body).toMatchObject({ status: 429, detail: expect.stringContaining('under way') });
      for (const free of [other, acme, beta]) await free.get(path).expect(200);
    } finally {
      goOn();
      restore();
    }
    expect((await open).length).toBeGreaterThan(0);
    expect(await whenFree(one)).toBe(200);
  });

  it('is over where its file is not opened', async () => {
    const here = await stage();
    const { acme, http, uaa, TENANTS } = here;
    const headers = bearer(await tokenFor(here, uaa, TENANTS.acme));
    await http.head(path).set(headers).expect(200);
    expect(await whenFree(acme)).toBe(200);
  });

  it('is over where its answer is refused', async () => {
    const { acme, app } = await stage();
    const adapter = app.getHttpAdapter();
    const reply = adapter.reply.bind(adapter);
    adapter.reply = () => {
      throw new DomainError('tooManyRequests', 'Too much is unread.');
    };
    const { body } = await acme.get(path).expect(429);
    adapter.reply = reply;
    expect(body.detail).toBe('Too much is unread.');
    expect(await whenFree(acme)).toBe(200);
  });
});

/** Holds the read of a number, from now on, until it may go on. */
function heldAt(database: Database, number: number) {
  let goOn: () => void = () => undefined;
  const waits = new Promise<void>((resolve) => (goOn = resolve));
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const read = database.read.bind(database);
  let reads = 0;
  database.read = async (work, lane) => {
    reads += 1;
    if (reads === number) {
      begin();
      await waits;
    }
    return read(work, lane);
  };
  return { begun, goOn: () => goOn(), restore: () => (database.read = read) };
}

describe('A file that is sent in pieces', () => {
  it('is over where its client goes away, and once it is read', async () => {
    async function* text() {
      await Promise.resolve();
      yield 'some';
      yield 'more';
    }
    const over: string[] = [];
    const fileOf = (name: string) =>
      filePieces(text(), { type: 'text/plain', name }, () => over.push(name)).getStream();
    const [left, read] = [fileOf('left'), fileOf('read')];
    expect(over).toEqual([]);
    left.destroy();
    await once(left, 'close');
    expect(over).toEqual(['left']);
    read.resume();
    await once(read, 'close');
    expect(over).toEqual(['left', 'read']);
  });
});

describe('A cell of a table', () => {
  it.each([
    ['plain', 'plain'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t\'=1"'],
    ['\r=1', '"\'\r\'=1"'],
    ['\n1', '"\'\n1"'],
    ['\0=1', "'\0=1"],
    [';=1+1', '";\'=1+1"'],
    ['said;=1+1;@a;b', '"said;\'=1+1;\'@a;b"'],
    ['said;"=1+1"', '"said;""\'=1+1"""'],
    ['said\n-1', '"said\n\'-1"'],
    ['{"a":-1,"b":[1,-2]}', '"{""a"":-1,""b"":[1,-2]}"'],
    ['a, "b"', '"a, ""b"""'],
    ['two\nlines', '"two\nlines"'],
    ['a=b', 'a=b'],
    ['', ''],
    [null, ''],
    [-5, '-5'],
  ])('of %j is %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});
