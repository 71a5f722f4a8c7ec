import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILD = fileURLToPath(new URL('../../scripts/build-if-changed.mjs', import.meta.url));

/** Builds the service and its pages where the sources have changed since the last build; a test run looks once. */
export function build(): void {
  const run = process.env['CARILLON_TEST_FOLDER'];
  const isDone = run === undefined ? null : join(run, 'is-built');
  if (isDone !== null && existsSync(isDone)) return;
  execFileSync(process.execPath, [BUILD]);
  if (isDone !== null) writeFileSync(isDone, '');
}
