/** What is asked before something typed would be lost. */
export const LEAVING = {
  title: 'Leave without saving?',
  text: 'What you have typed here is not saved.',
  stay: 'Stay and go on',
  leave: 'Leave without saving',
} as const;
