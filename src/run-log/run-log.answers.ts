import { z } from 'zod';
import { SHOWN_STATES } from '../core/run-state.js';
import { RUN_ORIGINS } from '../database/entities/run.row.js';
import { ACTIONS } from '../database/entities/action-log.row.js';
import { pageOf, wireTime, wireTimeOrNull } from '../http/answers.js';

/** A run log. */
export const runLogAnswer = z
  .strictObject({
    runId: z.uuid(),
    httpStatus: z.int().nullable(),
    executionTimestamp: wireTimeOrNull(),
    runStatus: z.enum(['SCHEDULED', 'RUNNING', 'COMPLETED']),
    runState: z.enum(SHOWN_STATES),
    statusMessage: z.string(),
    scheduleTimestamp: wireTime(),
    scheduledTimestamp: wireTime(),
    completionTimestamp: wireTimeOrNull(),
    runText: z
      .string()
      .describe('JSON of an array of {time, type, text, code}; type is a runState, or RETRY_SCHEDULED'),
    locale: z.literal('en'),
    plannedTimestamp: wireTime().describe(
      'The instant that the run was planned for, or the one that it stands for',
    ),
    attempt: z.int().min(1).describe('The number of its next or latest call: 1 for the first'),
    origin: z.enum(RUN_ORIGINS).describe('Whether its schedule planned it or somebody asked for it'),
    replayOf: z.uuid().optional().describe('The run that it runs again'),
  })
  .meta({ id: 'RunLog' });

/** A part of a schedule's run logs, newest first. */
export const runLogPageAnswer = z
  .strictObject({
    total: z.int().min(0),
    results: z.array(runLogAnswer),
    next_url: z.string().optional(),
    prev_url: z.string().optional(),
  })
  .meta({ id: 'RunLogPage' });

/** A part of the action logs of a job, newest first. */
export const actionLogPageAnswer = pageOf(
  z
    .strictObject({
      action: z.enum(ACTIONS),
      actor: z.string(),
      timestamp: wireTime(),
      jobId: z.int(),
      scheduleId: z.uuid().nullable(),
      details: z.string(),
    })
    .meta({ id: 'ActionLog' }),
).meta({ id: 'ActionLogPage' });
