import { z } from 'zod';
import type { App, TaskSeen } from '../task-platform.js';
import { shownDetail, shownName } from './cloud-answer.js';

/** What is read of the Cloud Controller's documents; it may say more at any time. */

const LONGEST_NAME = 255;
const LONGEST_STATE = 50;
const name = z.string().transform((text) => shownName(text, LONGEST_NAME));

/** A page of a list. A resource that cannot be read does not hide the others: `odd` counts them. */
export const pageDocument = <S extends z.ZodType>(resource: S) =>
  z
    .object({ pagination: z.object({ total_results: z.int() }), resources: z.array(z.unknown()) })
    .transform(({ pagination, resources }) => {
      const read = resources.flatMap((one) => {
        const { success, data } = resource.safeParse(one);
        return success ? [data] : [];
      });
      return { pagination, resources: read, odd: resources.length - read.length };
    });

export const appDocument = z
  .object({ guid: z.guid(), name, state: z.string().transform((text) => shownName(text, LONGEST_STATE)) })
  .transform(({ guid, name, state }): App => ({ appId: guid, name, state }));

/** A task with a GUID is there, whatever else cannot be read of it; with a state that is not known, it is still open. */
export const taskDocument = z
  .object({
    guid: z.guid(),
    sequence_id: z.int().catch(0),
    name: name.catch(''),
    state: z.enum(['PENDING', 'RUNNING', 'CANCELING', 'SUCCEEDED', 'FAILED']).catch('RUNNING'),
    result: z.object({ failure_reason: z.string().nullish() }).nullish().catch(null),
    created_at: z.iso.datetime({ offset: true }).catch(new Date(0).toISOString()),
  })
  .transform(({ guid, sequence_id, name, state, result, created_at }): TaskSeen => ({
    guid,
    sequenceId: sequence_id,
    name,
    state,
    failureReason: state === 'FAILED' ? reasonOf(result?.failure_reason) : null,
    createdAt: Date.parse(created_at),
  }));

/** A task that has the label of a run. */
export const taskOfRun = (runId: string) => {
  const labelled = z.object({
    metadata: z.object({ labels: z.object({ 'carillon-run': z.literal(runId) }) }),
  });
  return z
    .unknown()
    .refine((task) => labelled.safeParse(task).success)
    .pipe(taskDocument);
};

function reasonOf(told: string | null | undefined): string | null {
  const reason = shownDetail(told ?? '');
  return reason === '' ? null : reason;
}

export const spaceDocument = z.object({ name });
export const flagDocument = z.object({ enabled: z.boolean() });
export const processDocument = z
  .object({ relationships: z.object({ app: z.object({ data: z.object({ guid: z.guid() }) }) }) })
  .transform(({ relationships }) => ({ appId: relationships.app.data.guid }));
