import { writeFileSync } from 'node:fs';

/** Writes the totals of a run to a file, one line: for a script that reports them. A file that does not run counts as failed. */
export default class TotalsReporter {
  #file;

  constructor(_globalConfig, { file }) {
    this.#file = file;
  }

  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    writeFileSync(
      this.#file,
      `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`,
    );
  }
}
