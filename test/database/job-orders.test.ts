import type { AccessScope } from '../../src/core/access-scope.js';
import { pageOfJobs, pageOfSwitched, type ListedJobs } from '../../src/job/search/job-list.query.js';
import type { JobPageQuery } from '../../src/job/search/job.query.js';
import { databaseKinds } from '../support/databases.js';

const INSTANCE = 7;
const JOBS = 40;
/** Beyond this number jobs of several tenancies are found by the order of their instance. */
const MANY = 20_000;

type Sort = JobPageQuery['sort'];
interface Job {
  readonly id: number;
  readonly tenancyId: number;
  readonly name: string;
  readonly active: number;
  readonly createdAt: number;
}

/** Jobs of three tenancies whose keys are in different orders, and none in that of their ids. */
const jobs: Job[] = Array.from({ length: JOBS }, (_, n) => ({
  ...{ id: n + 1, tenancyId: 1 + (n % 3), name: `job ${(n * 7) % JOBS}`, active: n % 4 === 0 ? 0 : 1 },
  createdAt: Math.floor(((n * 11) % JOBS) / 2),
}));
// What a page reads of a scope is all there.
const scopeOf = (kind: AccessScope['kind']) => ({ kind, instanceId: INSTANCE, tenancyId: 2 }) as AccessScope;

const LISTS: [string, ListedJobs, readonly number[]][] = [
  ['an instance', { kind: 'scope', scope: scopeOf('instance'), total: JOBS }, [1, 2, 3]],
  ['a tenant', { kind: 'scope', scope: scopeOf('tenant'), total: 13 }, [2]],
  ['one tenant of an instance', { kind: 'tenancies', scope: scopeOf('instance'), total: 13, ids: [3] }, [3]],
  ['some of an instance', { kind: 'tenancies', scope: scopeOf('instance'), total: 27, ids: [1, 3] }, [1, 3]],
  ['some with many', { kind: 'tenancies', scope: scopeOf('instance'), total: MANY, ids: [1, 3] }, [1, 3]],
  ['none', { kind: 'tenancies', scope: scopeOf('instance'), total: 0, ids: [] }, []],
];
const SORTS = (['id', 'name', 'createdAt', 'active'] as const).flatMap((by) =>
  (['ASC', 'DESC'] as const).map((order): Sort => ({ by, order })),
);

function idsInOrder(tenancies: readonly number[], { by, order }: Sort): number[] {
  const compare = (a: Job, b: Job) => (a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : a.id - b.id);
  const sorted = jobs.filter((job) => tenancies.includes(job.tenancyId)).sort(compare);
  return (order === 'ASC' ? sorted : sorted.reverse()).map((job) => job.id);
}

describe.each(databaseKinds)('Lists of jobs on $name', (kind) => {
  const stage = (async () => {
    const database = await kind.open();
    const columns = [
      ...['id', 'instance_id', 'tenancy_id', 'name', 'active', 'created_at'],
      ...['description', 'action', 'http_method', 'modified_at'],
    ];
    const cells = jobs.map((job) => [
      ...[job.id, INSTANCE, job.tenancyId, job.name, job.active, job.createdAt],
      ...['', '', 1, 0],
    ]);
    // Of another instance.
    const other = [99, 8, 9, 'other', 1, 0, '', '', 1, 0];
    await database.transaction((tx) => tx.dialect.insertIgnore(tx, 'job', columns, [...cells, other]));
    return database;
  })();

  it.each(LISTS)(
    'are in every order that they can be asked for: those of %s',
    async (_of, list, tenancies) => {
      const database = await stage;
      for (const sort of SORTS) {
        const expected = idsInOrder(tenancies, sort);
        for (const offset of [0, 1, Math.max(0, expected.length - 3)]) {
          const query = { sort, page: { offset, pageSize: 3 } } as JobPageQuery;
          const ids = await database.read((tx) => pageOfJobs(tx, list, query));
          expect([sort, offset, ids]).toEqual([sort, offset, expected.slice(offset, offset + 3)]);
        }
      }
    },
  );

  it('have those that are switched on, or off, in the order of their ids', async () => {
    const database = await stage;
    for (const active of [true, false]) {
      const expected = jobs.filter((job) => job.active === Number(active)).map((job) => job.id);
      const list = { active, total: expected.length };
      for (const offset of [0, expected.length - 4, expected.length]) {
        const page = { offset, pageSize: 5 };
        const ids = await database.read((tx) => pageOfSwitched(tx, scopeOf('instance'), list, page));
        expect(ids).toEqual(expected.slice(offset, offset + 5));
      }
    }
  });
});
