import { z } from 'zod';

/** A limit of each tenant: what holds where its provider says nothing, and the most that the provider may give. */
export interface Limit {
  readonly preset: number;
  readonly most: number;
}

const MOST = 1_000_000_000_000_000;
const FORM = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/;

/** `1000` or `1000..20000`: the default of a limit, and the most that a provider may give a tenant (the default alone where nothing more is said). */
function limit(preset: number, most: number) {
  const wanted =
    "must be a whole number from 1, or two such as '1000..20000' (the default, and the most that a provider may give a tenant)";
  return z
    .string()
    .regex(FORM, wanted)
    .transform((text): Limit => {
      const [, first, second = first] = FORM.exec(text) ?? [];
      return { preset: Number(first), most: Number(second) };
    })
    .refine((value) => value.preset >= 1 && value.preset <= value.most && value.most <= MOST, wanted)
    .default({ preset, most });
}

/** The limits of each tenant (configuration.md, "Limits"). */
export const limitVariables = {
  MAX_SCHEDULES_PER_JOB: limit(1_000, 100_000),
  MAX_SCHEDULES_PER_TENANT: limit(500_000, 10_000_000),
  MAX_FIRINGS_PER_MINUTE: limit(60_000, 600_000),
  MAX_CALLS_PER_HOST_PER_SECOND: limit(200, 10_000),
  MAX_LOG_BYTES_PER_DAY: limit(1_000_000_000, 1_000_000_000_000),
};

/** Returns the limits as the Config has them, under the names by which a provider changes them. */
export function limitsOf(v: { readonly [Name in keyof typeof limitVariables]: Limit }) {
  return {
    maxSchedulesPerJob: v.MAX_SCHEDULES_PER_JOB,
    maxSchedules: v.MAX_SCHEDULES_PER_TENANT,
    maxFiringsPerMinute: v.MAX_FIRINGS_PER_MINUTE,
    maxCallsPerHostPerSecond: v.MAX_CALLS_PER_HOST_PER_SECOND,
    maxLogBytesPerDay: v.MAX_LOG_BYTES_PER_DAY,
  };
}
