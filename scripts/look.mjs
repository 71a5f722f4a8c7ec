/** `npm run look [words]`: writes pictures of the dashboard's pages (test/web/look.ts). */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const loader = ['--enable-source-maps', '--import', './scripts/typescript-loader.mjs'];
const { status } = spawnSync(process.execPath, [...loader, 'test/web/look.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
