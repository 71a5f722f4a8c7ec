/** What can be done to many jobs at once. */
export const BULK_VERBS = ['activate', 'deactivate', 'delete'] as const;
export type BulkVerb = (typeof BULK_VERBS)[number];

/** What many jobs are to undergo. `filter` is the text of a filter that was understood. */
export interface BulkOrder {
  readonly filter: string;
  /** True: say what would change, and change nothing. */
  readonly dryRun: boolean;
  /** Whether the jobs themselves are meant, or the schedules of the jobs. */
  readonly target: 'jobs' | 'schedules';
}
