import { packageInstaller } from '../../support/apt-get.js';
import { findProgram } from '../../support/mariadb/installed-server.js';

const PROGRAMS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
] as const;
const PACKAGES = ['chromium', 'fonts-liberation'] as const;

/**
 * Returns the program of a Chromium: the one that `TEST_BROWSER` names, else an installed one, else one that is
 * installed now (as root, where there is apt-get). Throws, with what was tried and what to do, where all of that fails:
 * the pages are never left out.
 */
export async function findBrowser(): Promise<string> {
  const given = process.env['TEST_BROWSER'];
  if (given) return given;
  const program = findProgram(...PROGRAMS);
  if (program) return program;
  const reason = await install();
  const installed = findProgram(...PROGRAMS);
  if (installed) return installed;
  throw new Error(
    `The tests of the dashboard need Chromium and find none: ${reason}.\n` +
      'Do one of these: install Chromium or Chrome, run the tests once as root on Debian, or set TEST_BROWSER to ' +
      'the full path of the program.',
  );
}

/** Installs Chromium, and returns why there may be none all the same. */
async function install(): Promise<string> {
  const installer = packageInstaller();
  if (typeof installer === 'string') return installer;
  process.stderr.write(
    'The tests of the dashboard need Chromium and find none: installing it with apt-get.\n',
  );
  try {
    await installer(...PACKAGES);
    return `the package ${PACKAGES[0]} holds no such program`;
  } catch (error) {
    return `apt-get could not install it: ${String(error).trim().slice(-300)}`;
  }
}
