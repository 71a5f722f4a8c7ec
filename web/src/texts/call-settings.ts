/** The words of the editor for what each call of a job carries, and how often it is made; loaded with their fields. */
export const CALL_SETTINGS = {
  breaker: 'Let runs wait until it answers again',
  breakerHint:
    'Once 10 calls in a row have failed, one run in a while finds out whether the endpoint answers again. Then what waits is called, little by little.',
  holdFor: 'For how long at most',
  holdForHint:
    'Such as 15 minutes or 2 hours. A run that has waited so long fails, and is not called. Empty: 15 minutes.',

  addHeader: 'Add a header',
  newHeader: 'New header',
  headerName: 'Name',
  headerValue: 'Value',
  newValue: 'New value',
  kept: 'Kept as stored',
  replace: 'Replace',
  keep: 'Keep as stored',
  remove: 'Remove',
  headersHint: 'Each call carries them. Values are stored sealed, and are never shown again.',

  sign: 'Sign each call',
  signHint:
    'Your endpoint can then tell that the call is from here and was not changed on its way (Standard Webhooks).',
  noKey: 'There is no signing key yet: make one first.',
  toKeys: 'Signing keys (new tab)',

  calls: 'Calls at most',
  per: 'In',
  concurrency: 'At the same time',
  partHints: {
    calls: 'Such as 100.',
    per: 'Such as 1 minute: from 1 second to 24 hours.',
    concurrency: 'From 1 to 1,000 open calls.',
  },
  throttleHint:
    'What is beyond it waits its turn, and is skipped after 15 minutes. Empty: as many as there are.',

  spreadHint:
    'Such as 10 minutes: each run comes at a quiet second within this time, always the same one. Empty: at its time.',
} as const;
