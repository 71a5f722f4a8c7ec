/** Where .ci/run wants the totals of the run; unset everywhere else. */
const totalsFile = process.env.CARILLON_TEST_TOTALS;

/** Jest runs the TypeScript sources as native ES modules; swc only strips the types and emits decorator metadata. */
export default {
  testEnvironment: '<rootDir>/test/support/jest/leak-environment.js',
  globalSetup: '<rootDir>/test/support/jest/global-setup.js',
  globalTeardown: '<rootDir>/test/support/jest/global-teardown.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
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
  // Nothing waits on purpose; a machine that is busy with something else may take its time.
  testTimeout: 30_000,
};
