/** The words of a run that was ordered, until its outcome. */
export const ORDERED_RUN = {
  starting: 'Starting ...',
  waits: 'Called as soon as a call is free; waiting for the outcome ...',
  done: 'The run succeeded.',
  failed: (message: string) => `The run failed${message === '' ? '.' : `: ${message}`}`,
  canceled: 'The run was canceled.',
  open: 'Open this run',
} as const;
