/** The optional settings of jobs and schedules (schedule-extensions.md). An answer has only those that are set. */

export const RETRY_CAUSES = ['connect', 'timeout', '5xx', '429', '4xx', 'reported'] as const;
export type RetryCause = (typeof RETRY_CAUSES)[number];

export interface RetrySetting {
  readonly attempts?: number;
  readonly delay?: string;
  readonly factor?: number;
  readonly maxDelay?: string;
  readonly on?: readonly RetryCause[];
}

/** What counts where a retry does not say it. */
export const USUAL_RETRY = {
  ...{ attempts: 3, delay: '10 seconds', factor: 2, maxDelay: '1 hour' },
  on: ['connect', 'timeout', '5xx', '429'],
} as const satisfies Required<RetrySetting>;

export interface DstSetting {
  readonly gap?: 'after' | 'skip';
  readonly overlap?: 'first' | 'last' | 'both';
}

/** `calls` and `per` stand together. */
export interface ThrottleSetting {
  readonly calls?: number;
  readonly per?: string;
  readonly concurrency?: number;
}

export type BreakerSetting = true | { readonly holdFor?: string };

export interface JobSettings {
  readonly retry?: RetrySetting;
  readonly timeout?: string;
  readonly cancelAction?: string;
  readonly throttle?: ThrottleSetting;
  readonly breaker?: BreakerSetting;
  /** By their names; nobody is shown a value that is stored: null stands for it. */
  readonly headers?: Readonly<Record<string, null>>;
  readonly signing?: boolean;
}

export interface ScheduleSettings {
  readonly timeZone?: string;
  readonly dst?: DstSetting;
  readonly overlap?: 'allow' | 'skip' | 'queue' | 'cancel';
  readonly repeatAfter?: 'start' | 'completion';
  readonly maxRuns?: number;
  readonly pauseOnFailures?: number;
  readonly catchUp?: 'default' | 'all' | 'last' | 'none';
  readonly retry?: RetrySetting;
  readonly spread?: string;
}

/** All settings of a schedule, in the order in which they are sent. */
export const SCHEDULE_SETTINGS = [
  ...(['timeZone', 'dst', 'overlap', 'repeatAfter', 'maxRuns', 'pauseOnFailures', 'catchUp'] as const),
  ...(['retry', 'spread'] as const),
] as const satisfies readonly (keyof ScheduleSettings)[];

/** Returns the zone in whose local time a schedule is read; null for UTC. */
export function zoneOf({ timeZone = 'UTC' }: Pick<ScheduleSettings, 'timeZone'>): string | null {
  return timeZone.toUpperCase() === 'UTC' ? null : timeZone;
}
