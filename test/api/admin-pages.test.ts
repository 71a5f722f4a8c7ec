import { BindingStore } from '../../src/auth/binding/binding.store.js';
import { Database } from '../../src/database/database.js';
import { bearer, printedOperator, subscribe, tokenFor } from '../auth/setup.js';
import { startApp } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { startAdmin, type Entry } from './admin-setup.js';
import { conformity } from './conformity.js';

const LISTS = [
  ['/tenants', 'provider', 5],
  ['/tenants?q=nant-', 'provider', 4],
  ['/subscriptions', 'provider', 8],
  ['/bindings', 'provider', 7],
  ['/audit', 'provider', 16],
  ['/instances', 'operator', 4],
  ['/instances/audit', 'operator', 3],
  ['/instances/:first/bindings', 'operator', 7],
] as const;
const EMPTY = [['/usage', 'provider', 0]] as const;

describe.each(databaseKinds)('The lists of the administration on $name', (kind) => {
  /** Four tenants with two subscriptions each, six bindings more and a revoked one, three instances more. */
  async function setup() {
    const started = await startAdmin({ DATABASE_URL: await kind.createUrl() });
    const { call, service, provider, operator, clock } = started;
    for (const n of [1, 2, 3, 4]) {
      const tenantId = `1111111${n}-1111-4111-8111-111111111111`;
      await subscribe(service, provider, tenantId, `tenant-${n}`, 'shop');
      await subscribe(service, provider, tenantId, `tenant-${n}`, 'desk');
    }
    const bind = async (name: string) => {
      clock.advance(1_000);
      return (await call('post', '/bindings').send({ name }).expect(201)).body.bindingId as string;
    };
    for (let n = 1; n <= 6; n++) await bind(`binding ${n}`);
    await call('delete', `/bindings/${await bind('revoked')}`).expect(204);
    for (let n = 1; n <= 3; n++) {
      await call('post', '/instances', operator)
        .send({ name: `i${n}`, subdomain: `i${n}` })
        .expect(201);
    }
    const { results } = (await call('get', '/instances', operator)).body;
    const lists = [...LISTS, ...EMPTY].map(([list, who, total]) => {
      const path = list.replace(':first', String(results[0].instanceId));
      const url = (query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`;
      return { path, url, total, get: (at: string) => call('get', at, started[who]) };
    });
    return { ...started, lists };
  }

  it('are paged in one way, and nothing is missed between two pages', async () => {
    const { lists } = await setup();
    for (const { path, url, total, get } of lists) {
      const whole = (await get(path).expect(200)).body;
      expect([path, whole]).toEqual([
        path,
        { total, results: whole.results, prev_url: null, next_url: null },
      ]);
      expect(whole.results).toHaveLength(total);
      const seen: Entry[] = [];
      let at = url('page_size=3');
      for (let pages = 0; at !== '' && pages <= total; pages++) {
        const { body } = await get(at).expect(200);
        expect(body.total).toBe(total);
        seen.push(...body.results);
        at = String(body.next_url ?? '').replace('/admin/v1', '');
      }
      expect([path, seen]).toEqual([path, whole.results]);
      for (let offset = 0; offset <= total; offset++) {
        const { body } = await get(url(`page_size=2&offset=${offset}`));
        expect([path, body.results]).toEqual([path, whole.results.slice(offset, offset + 2)]);
      }
    }
  });

  it('refuse a page that there is not, in the words of the other lists', async () => {
    const { lists } = await setup();
    for (const { url, get } of lists) {
      const detailOf = async (query: string) => String((await get(url(query)).expect(400)).body.detail);
      for (const size of ['0', '101', '-1', '1.5', 'ten', '']) {
        expect(await detailOf(`page_size=${size}`)).toContain(
          `'page_size' must be a whole number from 1 to 100, but is '${size}'`,
        );
      }
      expect(await detailOf('offset=-1')).toContain(
        "'offset' must be a whole number, 0 or more, but is '-1'",
      );
      const { body } = await get(url('page_size=100&offset=999999999999999')).expect(200);
      expect(body.results).toEqual([]);
    }
  });

  it('have twenty entries where no size is given', async () => {
    const { call, app } = await setup();
    const store = app.get(BindingStore, { strict: false });
    await app.get(Database).transaction(async (tx) => {
      for (let n = 0; n < 20; n++) {
        const id = `22222222-2222-4222-8222-2222222222${10 + n}`;
        const proof = { kind: 'password', proof: 'none', expiresAt: null } as const;
        await store.insert(tx, { id, instanceId: 1, name: `more ${n}`, clientId: `sb-more-${n}`, ...proof });
      }
    });
    const { body } = await call('get', '/bindings').expect(200);
    expect([body.results.length, body.total, body.next_url]).toEqual([
      ...[20, 27],
      '/admin/v1/bindings?page_size=20&offset=20',
    ]);
  });
});

describe('The answers of the administration', () => {
  it('have no field that the API document does not name', async () => {
    const service = await startApp();
    atEndOfFile(() => service.stop());
    const { body: document } = await service.http.get('/openapi.json').expect(200);
    const operator = await tokenFor(service, printedOperator(service));
    const [{ instanceId }] = (await service.http.get('/admin/v1/instances').set(bearer(operator)).expect(200))
      .body.results;
    await service.acme.post('/scheduler/jobs', {
      ...{ name: 'job', action: 'http://127.0.0.1:9/', active: true },
      schedules: [{ time: 'now', active: true }],
    });
    service.clock.advance(1_000);
    await service.tick();
    const unnamed: string[] = [];
    for (const path of ['tenants', 'subscriptions', 'bindings', 'usage', 'audit']) {
      const answer = await service.provider.get(`/admin/v1/${path}`).expect(200);
      conformity(document)('get', `/admin/v1/${path}`)(answer);
      expect(answer.body.results.length).toBeGreaterThan(0);
      unnamed.push(...unnamedIn(document, `/admin/v1/${path}`, answer.body));
    }
    for (const path of ['instances', 'instances/audit']) {
      const answer = await service.http.get(`/admin/v1/${path}`).set(bearer(operator)).expect(200);
      unnamed.push(...unnamedIn(document, `/admin/v1/${path}`, answer.body));
    }
    const bindings = await service.http
      .get(`/admin/v1/instances/${instanceId}/bindings`)
      .set(bearer(operator))
      .expect(200);
    unnamed.push(...unnamedIn(document, '/admin/v1/instances/{instanceId}/bindings', bindings.body));
    expect(unnamed).toEqual([]);
  });
});

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}
interface Document {
  readonly paths: Readonly<
    Record<string, { get: { responses: { 200: { content: Record<string, { schema: Schema }> } } } }>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Returns the paths of fields of an answer that its schema does not name; an object without properties names none, and all are welcome. */
function unnamedIn(document: Document, path: string, body: unknown): string[] {
  const content = document.paths[path]?.get.responses[200].content ?? {};
  const resolved = ({ $ref, ...schema }: Schema): Schema =>
    $ref === undefined ? schema : (document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  const look = (named: Schema, value: unknown, at: string): string[] => {
    const schema = resolved(named);
    if (Array.isArray(value)) return value.flatMap((each) => look(schema.items ?? {}, each, `${at}[]`));
    if (typeof value !== 'object' || value === null || !schema.properties) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      const property = schema.properties?.[key];
      return property ? look(property, inner, `${at}.${key}`) : [`${at}.${key}`];
    });
  };
  return look(content['application/json']?.schema ?? {}, body, path);
}
