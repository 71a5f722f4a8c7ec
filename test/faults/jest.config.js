import root from '../../jest.config.js';

/** The fault scenarios: real processes and real time, one file after the other. `npm run test:faults` runs them. */
export default {
  ...root,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  reporters: [...root.reporters, '<rootDir>/test/faults/support/report-reporter.js'],
  maxWorkers: 1,
  testTimeout: process.env.CARILLON_FAULTS === 'long' ? 1_800_000 : 120_000,
};
