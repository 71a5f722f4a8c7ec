import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atEndOfFile } from '../../support/end-of-file.js';
import { makeScratchFolder } from '../../support/scratch.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The list of migrations in the build, up to its end. */
const LIST = /\bmigrations = \[\s*Foundation1700000000001,[^\]]*?(?=\s*\])/;

/** What may be done while the version before works on: it adds, and what is there stays what it was. */
const ADDITIONS = [
  'CREATE TABLE what_is_to_come (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, note VARCHAR(255)) ENGINE=InnoDB',
  'ALTER TABLE run ADD COLUMN what_is_to_come INT NULL',
  'ALTER TABLE schedule ADD COLUMN what_is_to_come TINYINT NOT NULL DEFAULT 0',
  'CREATE INDEX run_what_is_to_come ON run (what_is_to_come, planned_at)',
];

/**
 * Makes the version that comes after the one in dist, as far as there is none yet: the same build, with one more
 * migration, which adds columns, a table and an index. Returns its main file.
 */
export function newerBuild(): string {
  const folder = makeScratchFolder('carillon-newer-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  const dist = join(folder, 'dist');
  mkdirSync(dist);
  cpSync(join(ROOT, 'dist'), dist, {
    recursive: true,
    filter: (path) => !path.endsWith('.map') && !path.includes('/dist/look'),
  });
  for (const name of ['node_modules', 'web']) symlinkSync(join(ROOT, name), join(folder, name));
  const description = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...description, version: '99.0.0' }));
  addMigration(dist);
  return join(dist, 'main.js');
}

function addMigration(dist: string): void {
  const up = ADDITIONS.map((statement) => `await runner.query(${JSON.stringify(statement)});`).join(' ');
  const added = `class WhatIsToCome1700000009999 { async up(runner) { ${up} } }`;
  const files = readdirSync(dist).filter((name) => name.endsWith('.js'));
  const changed = files.filter((name) => {
    const text = readFileSync(join(dist, name), 'utf8');
    if (!LIST.test(text)) return false;
    writeFileSync(
      join(dist, name),
      text.replace(LIST, (list) => `${list}, ${added}`),
    );
    return true;
  });
  if (changed.length !== 1)
    throw new Error(`The list of migrations was found in ${changed.length} files of dist.`);
}
