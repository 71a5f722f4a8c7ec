import { packageInstaller } from '../../support/apt-get.js';
import { findProgram } from '../../support/mariadb/installed-server.js';

/**
 * The shell is Chromium without a window: the same pages, for half the CPU time. The others open a window, with processes of its
 * own, for each profile.
 */
const PROGRAMS = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
] as const;
/** The packages that have one, best first: not every distribution has the shell. */
const PACKAGES = ['chromium-headless-shell', 'chromium'] as const;
const FONTS = 'fonts-liberation';

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
  let reason = '';
  for (const name of PACKAGES) {
    try {
      await installer(name, FONTS);
      return `the package ${name} holds no such program`;
    } catch (error) {
      reason = `apt-get could not install it: ${String(error).trim().slice(-300)}`;
    }
  }
  return reason;
}
