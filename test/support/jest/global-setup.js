// Jest would turn a TypeScript setup file into CommonJS; plain Node.js with the loader takes it as it is.
import '../../../scripts/typescript-loader.mjs';

export default async function globalSetup() {
  const { beginTestRun } = await import('./test-run.ts');
  await beginTestRun();
}
