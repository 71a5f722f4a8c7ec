import { folderOf, MAY_IMPORT, refusal, target } from './import-rules.js';
import { findCycle, importsOf, readSources } from './sources.js';

const files = readSources('src').map((source) => ({ name: source.name, imports: importsOf(source) }));

function setup() {
  const edges = files.flatMap(({ name, imports }) => imports.map((each) => ({ name, ...each })));
  const ours = edges.filter(({ specifier }) => specifier.startsWith('.'));
  return { edges, ours };
}

function graphOf(pairs: readonly (readonly [string, string])[]) {
  const graph = new Map<string, string[]>();
  for (const [from, to] of pairs) graph.set(from, [...(graph.get(from) ?? []), to]);
  return graph;
}

describe('the table of who may import whom', () => {
  it('puts the folders in one order', () => {
    expect(findCycle(new Map(Object.entries(MAY_IMPORT)))).toBeNull();
  });

  it.each([
    ['core/plan/planning.ts', '../instant.js', false],
    ['core/text/date-input.ts', 'moment', false],
    ['auth/oauth/token.controller.ts', '../../tenant/tenant.service.js', false],
    ['job/job.service.ts', 'typeorm', true],
    ['job/search/job.search.ts', 'typeorm', false],
    ['app.module.ts', './job/job.module.js', false],
  ])('lets %s import %s', (file, specifier, isTypeOnly) => {
    expect(refusal(file, specifier, isTypeOnly)).toBeNull();
  });

  it.each([
    ['core/plan/planning.ts', '../../database/database.js', true, 'nothing of ours'],
    ['core/plan/planning.ts', 'node:crypto', false, 'core decides and does nothing else'],
    ['schedule/planner.ts', '../job/job.service.js', true, "not 'job'"],
    ['auth/oauth/token.controller.ts', '../../job/job.service.js', false, "not 'job'"],
    ['job/job.service.ts', 'typeorm', false, 'TypeORM is spoken in'],
    ['database/database.ts', '@nestjs/typeorm', false, 'way round the one seam'],
    ['job/job.service.ts', '../../test/support/manual-clock.js', false, 'outside src'],
    ['utils/text.ts', '../core/instant.js', false, 'has no line'],
  ])('refuses %s the import of %s', (file, specifier, isTypeOnly, reason) => {
    expect(refusal(file, specifier, isTypeOnly)).toContain(reason);
  });
});

describe('the import graph of src', () => {
  it('is read from the files', () => {
    const { ours } = setup();
    expect(ours).toContainEqual({
      name: 'database/database.module.ts',
      specifier: '../core/clock.js',
      isTypeOnly: false,
    });
    expect(ours).toContainEqual({ name: 'core/clock.ts', specifier: './instant.js', isTypeOnly: true });
  });

  it('keeps to the table', () => {
    const { edges } = setup();
    const refused = edges.flatMap(({ name, specifier, isTypeOnly }) => {
      const reason = refusal(name, specifier, isTypeOnly);
      return reason ? [`${name} imports ${specifier}: ${reason}`] : [];
    });
    expect(refused).toEqual([]);
  });

  it('names files that exist', () => {
    const { ours } = setup();
    const names = new Set(files.map(({ name }) => name));
    const missing = ours.filter(({ name, specifier }) => !names.has(target(name, specifier)));
    expect(missing).toEqual([]);
  });

  it('has no way round between files, types among them', () => {
    const { ours } = setup();
    expect(findCycle(graphOf(ours.map((e) => [e.name, target(e.name, e.specifier)])))).toBeNull();
  });

  it('uses every permission of the table', () => {
    const { ours } = setup();
    const used = new Set(
      ours.map((e) => `${folderOf(e.name)} imports ${folderOf(target(e.name, e.specifier))}`),
    );
    const granted = Object.entries(MAY_IMPORT).flatMap(([from, all]) =>
      all.map((to) => `${from} imports ${to}`),
    );
    expect(granted.filter((permission) => !used.has(permission))).toEqual([]);
  });

  it('has no way round between folders, types among them', () => {
    const { ours } = setup();
    const pairs = ours.map((e) => [folderOf(e.name), folderOf(target(e.name, e.specifier))] as const);
    expect(findCycle(graphOf(pairs.filter(([from, to]) => from !== to)))).toBeNull();
  });

  it('would show a way round where there is one', () => {
    const pairs = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
    ] as const;
    expect(findCycle(graphOf(pairs))).toBe('b -> c -> b');
  });
});

describe('the command sign-in', () => {
  it('loads no part of Nest that starts an application, so that it answers at once', () => {
    const { edges } = setup();
    const loaded = new Set(['command/sign-in-command.ts']);
    for (const name of loaded) {
      const imports = edges.filter((edge) => edge.name === name && !edge.isTypeOnly);
      for (const { specifier } of imports) {
        loaded.add(specifier.startsWith('.') ? target(name, specifier) : specifier);
      }
    }
    expect(loaded).toContain('sign-in/link/sign-in-links.ts');
    expect([...loaded].filter((name) => /^(@nestjs\/(?!common$)|express)/.test(name))).toEqual([]);
  });
});
