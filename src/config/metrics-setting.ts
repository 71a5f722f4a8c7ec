import { z } from 'zod';
import { wholeNumber } from './whole-number.js';

const FEWEST_CHARACTERS = 16;
const MOST_TENANTS = 50;

/** Why a start is refused that would show tenants to everybody. */
export const TENANTS_NEED_TOKEN =
  'METRICS_TENANTS needs METRICS_TOKEN: with it /metrics names tenants, which is not for everybody. Set METRICS_TOKEN to 16 or more random characters, or leave METRICS_TENANTS out.';

/** Who may read /metrics, and of how many tenants it tells (telemetry.md). */
export const metricsVariables = {
  METRICS_TOKEN: z
    .string()
    .min(FEWEST_CHARACTERS, `must have at least ${FEWEST_CHARACTERS} characters`)
    .regex(
      /^[\x21-\x7e]*$/,
      'must have letters, digits and signs of ASCII only, and no spaces: it is sent in a header',
    )
    .optional(),
  METRICS_TENANTS: wholeNumber(0, MOST_TENANTS, 0),
};

/** Returns the settings of /metrics as the Config has them. */
export function metricsOf(v: {
  readonly METRICS_TOKEN?: string | undefined;
  readonly METRICS_TENANTS: number;
}) {
  return { token: v.METRICS_TOKEN ?? null, tenants: v.METRICS_TENANTS };
}
