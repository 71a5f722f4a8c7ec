import { z } from 'zod';
import { CIRCUIT_STATES } from '../../../core/protection/breaker.js';
import { pageOf, wireTime, wireTimeOrNull } from '../../../http/answers.js';

/** A part of the circuits of the caller's scope. */
export const breakersAnswer = pageOf(
  z
    .strictObject({
      origin: z.string().describe('Scheme, host and port of the action URLs that it stands for'),
      tenantId: z.string(),
      state: z
        .enum(CIRCUIT_STATES)
        .describe(
          'closed: its last calls failed. open: firings wait. releasing: it is there again, and what waited is called',
        ),
      failures: z.int().min(0).describe('How many calls have failed in a row'),
      since: wireTime().describe('Since when it stands so'),
      nextProbeAt: wireTimeOrNull().describe('When the next probe is due; null while one is under way'),
      waiting: z.int().min(0).describe('How many runs wait for it'),
      holdFor: z.string().nullable().describe('How long the run may wait that was kept from it last'),
    })
    .meta({ id: 'Breaker' }),
).meta({ id: 'BreakerPage' });
