import { z } from 'zod';
import { jobIdText } from '../../http/wire-fields.js';
import { endpointFields } from '../../job/draft/job.schema.js';
import type { WantedCall } from './test-call.service.js';
import { scheduleData } from '../../schedule/schedule.schema.js';

/** Body of a test call: what a job says of its endpoint, and what its schedule sends. */
export const testCallDraft = endpointFields
  .extend({
    data: scheduleData.default(null),
    jobId: z.number().transform(String).pipe(jobIdText()).optional().meta({
      type: 'integer',
      description:
        "A job of the tenant: the call has its stored headers, where 'headers' does not say otherwise, and its signature",
    }),
  })
  .transform(({ headers, signing, ...body }): WantedCall => ({
    ...body,
    // As the schemas of these settings have read them.
    headers: headers as WantedCall['headers'],
    signing: signing as WantedCall['signing'],
  }))
  .meta({ id: 'TestCallDraft' });
