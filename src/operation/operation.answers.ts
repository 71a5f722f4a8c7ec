import { z } from 'zod';
import { OPERATION_STATES } from '../database/entities/operation.row.js';
import { wireTime } from '../http/answers.js';

/** The URL of the status of an operation that was started. */
export const operationStartedAnswer = z
  .strictObject({ 'job-uri': z.string() })
  .meta({ id: 'OperationStarted' });

/**
 * The status of an operation. The fields after `job-results` are our own; the rest has the format of the HMC's
 * job API.
 */
export const operationStatusAnswer = z
  .strictObject({
    status: z.enum(OPERATION_STATES),
    'job-status-code': z.int().optional(),
    'job-reason-code': z.int().optional(),
    'job-results': z.record(z.string(), z.unknown()).optional(),
    kind: z.string(),
    created: wireTime(),
    ended: wireTime().optional(),
    progress: z.strictObject({ done: z.int(), total: z.int().nullable() }).optional(),
  })
  .meta({ id: 'OperationStatus' });
