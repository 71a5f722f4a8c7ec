import { counted } from '../time.js';
import { CONFIRMATION } from './confirmation.js';

/** The words of what stands below the form of the editor. */
export const EDITOR_BELOW = {
  schedules: 'Schedules',
  schedulesText: 'Each schedule has a page of its own, with its preview.',
  someSchedules: (count: number) => `The first ${counted(count)} are shown.`,
  off: 'off',

  code: {
    title: 'The same as code',
    text: (tenant: string | null) =>
      `What the button above sends. Secrets are left out: TOKEN stands for an access token of ${
        tenant === null ? 'the provider' : `tenant ${tenant}`
      }. This line gets one in a terminal, in the folder of the service:`,
    token: 'Command that gets a token',
    nothing: 'Once something is changed, this shows what is sent.',
    curl: 'curl',
    client: '@sap/jobs-client',
    json: 'JSON',
    password: 'PASSWORD',
    value: 'VALUE',
  },

  test: {
    outcomes: {
      success: 'The test call succeeded',
      accepted: 'The endpoint has taken the work over',
      failed: 'The test call failed',
    },
    former: 'From before you changed what is called',
    answer: 'Answer',
    noAnswer: 'The answer had no body.',
    cut: 'The rest is cut off.',
  },

  deleted: (name: string) => `A schedule of ${name} is deleted.`,
  deletion: {
    open: 'Delete the schedule ...',
    title: 'Delete this schedule',
    text: (logs: Parameters<typeof CONFIRMATION.logs>[0]) =>
      `The schedule goes for good, with ${CONFIRMATION.logs(logs)}. The job stays.`,
    /** What is typed where the schedule itself is too long to. */
    word: 'delete',
    keep: 'Keep the schedule',
  },
} as const;
