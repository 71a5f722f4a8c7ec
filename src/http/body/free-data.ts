import type { Part } from './json-scan.js';

/** The `data` of a schedule: whatever its owner likes. */
export const FREE_DATA: Part = { isFree: true };

const SCHEDULE: Part = { within: { data: FREE_DATA } };
const SCHEDULES: Part = { within: { '[]': SCHEDULE } };
const JOB: Part = { within: { schedules: SCHEDULES } };
const JOBS: Part = { within: { '[]': JOB } };

/** Where bodies have free data: those of a schedule, of a job with its schedules, and of an import in all its forms. */
export const DOCUMENT: Part = {
  within: { data: FREE_DATA, schedules: SCHEDULES, results: JOBS, jobs: JOBS, '[]': JOB },
};
