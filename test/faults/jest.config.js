import root from '../../jest.config.js';

const isLong = process.env.CARILLON_FAULTS === 'long';

/** The fault scenarios: real processes and real time. `npm run test:faults` runs them. */
export default {
  ...root,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  reporters: [...root.reporters, '<rootDir>/test/faults/support/report-reporter.js'],
  // They wait more than they work, so that two at a time fit into the minutes that CI has; the long form takes its time.
  maxWorkers: isLong ? 1 : 2,
  testTimeout: isLong ? 1_800_000 : 120_000,
};
