/**
 * `npm run test:faults` runs the fault suite in its short form, `npm run test:faults -- --long` in its long one; other
 * words go to Jest, such as the name of a file.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));

const words = process.argv.slice(2);
const env = { ...process.env, CARILLON_FAULTS: words.includes('--long') ? 'long' : 'short' };
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const own = ['--config', 'test/faults/jest.config.js', ...words.filter((word) => word !== '--long')];
const { status } = spawnSync(process.execPath, [...jest, ...own], { stdio: 'inherit', env });
process.exit(status ?? 1);
