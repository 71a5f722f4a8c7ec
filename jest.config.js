/** Where .ci/run wants the totals of the run; unset everywhere else. */
const totalsFile = process.env.CARILLON_TEST_TOTALS;

/** Jest runs the TypeScript sources as native ES modules; swc only strips the types and emits decorator metadata. */
export default {
  testEnvironment: '<rootDir>/test/support/jest/leak-environment.js',
  runtime: '<rootDir>/test/support/jest/shared-runtime.cjs',
  testSequencer: '<rootDir>/test/support/jest/slowest-first.js',
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
  // What a file has loaded itself stays in the worker's memory, some MB: a worker that has much of it is replaced.
  workerIdleMemoryLimit: '1GB',
  // A worker without open handles (leak-environment.js sees to that) still has to give its memory back.
  workerGracefulExitTimeout: 10_000,
  // Ends what hangs. Nothing waits on purpose, but a machine that is busy with something else may take its time.
  testTimeout: 120_000,
};
