import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { atEndOfFile } from '../support/end-of-file.js';
import { makeScratchFolder } from '../support/scratch.js';
import { build, ServiceProcess } from '../support/service-process.js';
import { TraceReceiver } from '../support/trace-receiver.js';

/** Notes the names of the modules that a process loads. */
const HOOK = `
import { appendFileSync } from 'node:fs';
export function load(url, context, next) {
  appendFileSync(process.env.LOADED_FILE, url + '\\n');
  return next(url, context);
}
`;
const REGISTER = `import { register } from 'node:module'; register('./hook.mjs', import.meta.url);`;

/** Starts and stops the built service with these variables, and returns what it has loaded of OpenTelemetry's way out. */
async function loadedBy(env: Record<string, string>, until: () => Promise<void> = () => Promise.resolve()) {
  const folder = makeScratchFolder('carillon-test-');
  atEndOfFile(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'hook.mjs'), HOOK);
  writeFileSync(join(folder, 'register.mjs'), REGISTER);
  const file = join(folder, 'loaded');
  const service = await ServiceProcess.start({
    ...{ DATABASE_URL: 'sqlite::memory:', DASHBOARD: 'off', LOADED_FILE: file },
    NODE_OPTIONS: `--import ${pathToFileURL(join(folder, 'register.mjs')).href}`,
    ...env,
  });
  await (await fetch(`${service.url}/openapi.json`)).text();
  await until();
  await service.end('SIGTERM');
  const loaded = readFileSync(file, 'utf8').split('\n');
  expect(loaded.some((url) => url.endsWith('/dist/main.js'))).toBe(true);
  return loaded.filter((url) => /otlp|sdk-trace|opentelemetry\/(core|resources)/.test(url));
}

describe('The packages that export traces', () => {
  beforeAll(() => build());

  it('are not loaded without an endpoint', async () => {
    expect(await loadedBy({})).toEqual([]);
  });

  it('are loaded, apart from all else, with one, which gets the traces of the built service', async () => {
    const receiver = await TraceReceiver.start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_TRACES_SAMPLER_ARG: '1' };
    expect(await loadedBy(env, () => receiver.received(1))).not.toEqual([]);
    expect(receiver.spans.map(({ name }) => name)).toContain('GET /openapi.json');
  });
});
