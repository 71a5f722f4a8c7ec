/** The words of the ways to the editor. */
export const EDITOR_LINKS = {
  newJob: 'New job',
  newJobLike: 'New job with an example',
  edit: 'Edit',
  duplicate: 'Duplicate',
  addSchedule: 'Add a schedule',
  editScheduleOf: (name: string) => `Edit: ${name}`,
  firstJob: 'Make your first job here',
  firstJobText:
    'The form is filled in, and a preview says when the job runs: every 10 seconds. Put the address of your application there.',
  firstEndpoint: 'No application at hand? This line starts an endpoint in a terminal that the example calls:',
  firstEndpointCode: 'Command that starts an endpoint',
} as const;
