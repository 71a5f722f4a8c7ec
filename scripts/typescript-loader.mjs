/**
 * Lets plain Node.js run the TypeScript sources: `node --import ./scripts/typescript-loader.mjs file.ts`.
 * swc strips the types and writes decorator metadata, as in the tests; no type is checked here.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import jest from '../jest.config.js';

const [, options] = jest.transform['^.+\\.ts$'];

if (isMainThread) register(import.meta.url);

/** Imports end in `.js`, as the compiled files will be named; the file beside may be the `.ts` source. */
export async function resolve(specifier, context, next) {
  if (!specifier.startsWith('.') || !specifier.endsWith('.js') || !context.parentURL?.endsWith('.ts')) {
    return next(specifier, context);
  }
  return next(`${specifier.slice(0, -3)}.ts`, context).catch(() => next(specifier, context));
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { transform } = await import('@swc/core');
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...options, filename, swcrc: false });
  return { format: 'module', source: code, shortCircuit: true };
}
