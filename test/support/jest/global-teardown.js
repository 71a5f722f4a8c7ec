/** How long the run may take to end by itself after the last test. */
const END_WITHIN_MS = 15_000;

export default async function globalTeardown({ watch, watchAll }) {
  const { endTestRun } = await import('./test-run.ts');
  await endTestRun();
  if (watch || watchAll) return;
  // The timer keeps nothing alive itself: it fires only where something else does, which is a fault.
  setTimeout(() => {
    process.stderr.write(`The test run does not end: ${process.getActiveResourcesInfo().join(', ')}.\n`);
    process.exit(1);
  }, END_WITHIN_MS).unref();
}
