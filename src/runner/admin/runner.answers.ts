import { z } from 'zod';
import { RUNNER_KINDS, RUNNER_STATES } from '../../database/entities/runner.row.js';
import { pageOf, wireTime } from '../../http/answers.js';

const runner = {
  runnerId: z.uuid(),
  name: z.string(),
  kind: z.enum(RUNNER_KINDS),
  api: z.url(),
  spaceId: z.guid(),
  spaceName: z.string().nullable(),
  user: z.string().optional().meta({ description: 'Of credentials of the kind password' }),
  clientId: z.string().optional().meta({ description: 'Of credentials of the kind client' }),
  origin: z.string().nullable(),
  appId: z.guid().nullable().meta({ description: 'The application of tasks that name none' }),
  caCertificate: z.string().nullable(),
  state: z.enum(RUNNER_STATES),
  problem: z.string().nullable().meta({ description: 'Why it is not ready' }),
  checkedAt: wireTime(),
  createdAt: wireTime(),
};

export const runnerAnswer = z.looseObject(runner).meta({ id: 'Runner' });
export const runnersAnswer = pageOf(runnerAnswer).meta({ id: 'Runners' });
export const checkedRunnerAnswer = z
  .looseObject({
    ...runner,
    warnings: z.array(z.string()).meta({ description: 'What may go wrong when a task is started' }),
  })
  .meta({ id: 'CheckedRunner' });
export const appsAnswer = pageOf(
  z.looseObject({ appId: z.string(), name: z.string(), state: z.string() }).meta({ id: 'App' }),
).meta({ id: 'Apps' });
