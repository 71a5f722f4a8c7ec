import type { RetryCause } from '../api/settings.js';

/** What stands beside the optional settings in the editor, loaded with their fields. */
export const SETTING_HINTS = {
  overlapHints: {
    allow: 'Both are open at the same time.',
    skip: 'It is listed as skipped, with the reason.',
    queue: 'One waits at most: a newer one takes its place.',
    cancel: 'It fails as "canceled by the next run".',
  },
  repeatHint: 'From the end: the next run waits until the one before has ended, and for the interval.',
  catchUpHint: 'What is made up runs as soon as Carillon is back: 10,000 runs at most.',
  maxRunsHint: 'Then the schedule is switched off. Empty: no limit.',
  pauseHint: 'In a row, from 2 to 1,000. Then the schedule is switched off. Empty: never.',
  timeoutHint: 'From 1 second to 5 minutes, such as 2 minutes. Empty: 15 seconds.',
  cancelActionHint:
    'An address on the host of your endpoint, which is sent the id of the run. Empty: nobody is told.',
  retryHint: 'The run stays open meanwhile, and fails only if the last call fails too.',
  attempts: 'How many more calls',
  attemptsHint: 'From 1 to 20.',
  delay: 'First pause',
  delayHint: '1 second at least. Each pause varies by a tenth.',
  factor: 'Each pause is so many times the one before',
  factorHint: 'From 1 to 10: with 2 they double.',
  maxDelay: 'Longest pause',
  maxDelayHint: 'A later time that the endpoint asks for counts up to here.',
  on: 'After which failures',
  causes: {
    connect: 'No connection',
    timeout: 'No answer in time',
    '5xx': 'Answer 5xx: the endpoint failed',
    '429': 'Answer 429: too many calls',
    '4xx': 'Any other answer 4xx',
    reported: 'The application reports a failure',
  } satisfies Record<RetryCause, string>,
} as const;
