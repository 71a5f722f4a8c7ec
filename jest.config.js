/** Where .ci/run wants the totals of the run; unset everywhere else. */
const totalsFile = process.env.CARILLON_TEST_TOTALS;

/** Jest runs the TypeScript sources as native ES modules; swc only strips the types and emits decorator metadata. */
export default {
  testEnvironment: '<rootDir>/test/support/jest/leak-environment.js',
  globalSetup: '<rootDir>/test/support/jest/global-setup.js',
  globalTeardown: '<rootDir>/test/support/jest/global-teardown.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // The fault scenarios take minutes: `npm run test:faults`. The tests of their oracle, one folder below, run here.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/faults/[^/]*$'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  reporters: [
    'default',
    ...(totalsFile ? [['<rootDir>/test/support/jest/totals-reporter.js', { file: totalsFile }]] : []),
  ],
  maxWorkers: 2,
  // Node.js keeps the ES modules of every file that a worker has run, some 30 MB each: without a limit a worker grows
  // to several GB, its garbage collection stops it for a second at a time, and ending it takes longer than Jest waits.
  workerIdleMemoryLimit: '512MB',
  // A worker without open handles (leak-environment.js sees to that) still has to give its memory back.
  workerGracefulExitTimeout: 10_000,
  // Ends what hangs. Nothing waits on purpose, but a machine that is busy with something else may take its time.
  testTimeout: 120_000,
};
