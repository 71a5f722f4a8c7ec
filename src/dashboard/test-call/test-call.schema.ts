import { endpointFields } from '../../job/draft/job.schema.js';
import { scheduleData } from '../../schedule/schedule.schema.js';

/** Body of a test call: what a job says of its endpoint, and what its schedule sends. */
export const testCallDraft = endpointFields
  .extend({ data: scheduleData.default(null) })
  .meta({ id: 'TestCallDraft' });
