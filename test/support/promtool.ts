import { execFile } from 'node:child_process';
import { packageInstaller } from './apt-get.js';
import { findProgram } from './mariadb/installed-server.js';

/** The package that has both programs, on Debian and Ubuntu. */
const PACKAGE = 'prometheus';

/** What a program of Prometheus said, both streams together, and how it ended. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

let installing: Promise<string> | null = null;

/** Runs promtool with these words and this text as its input; it finds fault where the code is not 0. */
export async function promtool(words: readonly string[], input = ''): Promise<Said> {
  const program = await findPrometheus('promtool');
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...words], (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      // Without a code the program did not come to its end by itself.
      if (typeof code === 'number') resolve({ code, text: stdout + stderr });
      else reject(error ?? new Error(`${program} did not end.`));
    });
    // Who refuses its words reads no input.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/**
 * Returns a program of Prometheus: the one that `TEST_PROMTOOL` or `TEST_PROMETHEUS` names, else an installed one, else
 * one that is installed now (as root, where there is apt-get). Throws, with what was tried and what to do, where all of
 * that fails: these tests are never left out.
 */
export async function findPrometheus(name: 'promtool' | 'prometheus'): Promise<string> {
  const variable = `TEST_${name.toUpperCase()}`;
  const given = process.env[variable];
  if (given) return given;
  const program = findProgram(name);
  if (program) return program;
  const reason = await (installing ??= install(name));
  const installed = findProgram(name);
  if (installed) return installed;
  throw new Error(
    `The tests of the metrics need ${name} and find none: ${reason}.\n` +
      `Do one of these: install Prometheus, run the tests once as root on Debian, or set ${variable} to the full path of the program.`,
  );
}

/** Installs Prometheus, and returns why there may be none all the same. */
async function install(name: string): Promise<string> {
  const installer = packageInstaller();
  if (typeof installer === 'string') return installer;
  process.stderr.write(`The tests of the metrics need ${name} and find none: installing it with apt-get.\n`);
  try {
    await installer(PACKAGE);
    return `the package ${PACKAGE} holds no such program`;
  } catch (error) {
    return `apt-get could not install it: ${String(error).trim().slice(-300)}`;
  }
}
