/**
 * The words of columns that store an index in one of these lists: only append, never reorder. They stand apart from the tables,
 * so that whoever needs the words alone, such as a page of the dashboard, needs no table.
 */
export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** The kinds of actions: an HTTP endpoint is called, or a task of a Cloud Foundry application is started. */
export const ACTION_KINDS = ['http', 'cf_task'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** Why a run exists: the schedule's own plan, a request to run it now, to run an ended one again, or to make up a past instant. */
export const RUN_ORIGINS = ['plan', 'request', 'replay', 'backfill'] as const;
export type RunOrigin = (typeof RUN_ORIGINS)[number];

/** The timing fields of a schedule, in the order in which they are stored. */
export const SCHEDULE_KINDS = ['cron', 'interval', 'dailyAt', 'once'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];
