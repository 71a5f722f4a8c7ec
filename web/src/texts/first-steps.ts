/** The words of a page without jobs. */
export const FIRST_STEPS = {
  emptyAdmin:
    'Paste this into a terminal in the folder of the service. It starts a small endpoint and makes a job that calls it every 10 seconds.',
  emptyViewer: 'You may look and not change. Once an admin has made a job, its runs stand here.',
  first: 'Make it in a terminal instead',
  firstCode: 'Commands that make a first job',
  firstAfter: 'This page shows the job within five seconds.',
  demo: 'See everything at work',
  demoText:
    'The demo starts a second Carillon with an example application and two tenants, and shows their runs live in the terminal.',
  demoCode: 'Command that starts the demo',
} as const;
