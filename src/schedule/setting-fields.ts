import { z } from 'zod';
import { InvalidInput } from '../core/errors.js';
import {
  SETTING_NAMES,
  SETTINGS,
  settingNames,
  type Owner,
  type SettingName,
  type Settings,
} from '../core/policy/settings.js';
import { MOST_HEADERS } from '../core/policy/headers.js';
import { CATCH_UPS, LEAST_FAILURES, MOST_FAILURES, MOST_RUNS } from '../core/policy/life-settings.js';
import type { Json } from '../core/policy/json.js';
import { OVERLAPS } from '../core/policy/overlap.js';
import { REPEAT_AFTERS } from '../core/policy/repeat-after.js';
import { DEFAULT_RETRY, MOST_ATTEMPTS, MOST_FACTOR, RETRY_CAUSES } from '../core/policy/retry.js';
import { MOST_CONCURRENCY, MOST_THROTTLED_CALLS } from '../core/policy/throttle.js';
import { USUAL_HOLD_FOR_MS } from '../core/protection/hold-for.js';
import { durationText } from '../core/text/duration.js';
import { DEFAULT_DST, GAP_RULES, OVERLAP_RULES } from '../core/zone/zone-rule.js';
import { refusing } from '../http/validation.js';

/** What the OpenAPI document shows of each setting, beside that null takes it off. */
const SHAPES: Readonly<Record<SettingName, Readonly<Record<string, unknown>>>> = {
  timeZone: {
    type: 'string',
    description: 'IANA name of the zone in which the pattern is local; UTC where not set',
  },
  dst: {
    type: 'object',
    description: 'What happens to firings where the clocks of the zone change',
    properties: {
      gap: { enum: GAP_RULES, default: DEFAULT_DST.gap },
      overlap: { enum: OVERLAP_RULES, default: DEFAULT_DST.overlap },
    },
    minProperties: 1,
    additionalProperties: false,
  },
  maxRuns: {
    ...{ type: 'integer', minimum: 1, maximum: MOST_RUNS },
    description: 'After so many planned runs the schedule is deactivated',
  },
  pauseOnFailures: {
    ...{ type: 'integer', minimum: LEAST_FAILURES, maximum: MOST_FAILURES },
    description: 'After so many failed planned runs in a row the schedule is deactivated',
  },
  catchUp: {
    ...{ enum: CATCH_UPS, default: 'default' },
    description: 'What happens to the runs that were missed while the service was away',
  },
  retry: {
    type: 'object',
    description: 'When a run that failed is called again; that of a schedule replaces that of its job',
    properties: {
      attempts: { type: 'integer', minimum: 0, maximum: MOST_ATTEMPTS, default: DEFAULT_RETRY.attempts },
      delay: { type: 'string', default: durationText(DEFAULT_RETRY.delayMs) },
      factor: { type: 'number', minimum: 1, maximum: MOST_FACTOR, default: DEFAULT_RETRY.factor },
      maxDelay: { type: 'string', default: durationText(DEFAULT_RETRY.maxDelayMs) },
      on: {
        type: 'array',
        items: { enum: RETRY_CAUSES },
        default: [...DEFAULT_RETRY.on],
        minItems: 1,
        uniqueItems: true,
      },
    },
    additionalProperties: false,
  },
  timeout: { type: 'string', description: 'How long a call may take: 1 second to 5 minutes' },
  throttle: {
    type: 'object',
    description:
      "How often the job's endpoint is called at most, and how many calls are open at a time; firings beyond it wait for up to 15 minutes. 'calls' and 'per' come together",
    properties: {
      calls: { type: 'integer', minimum: 1, maximum: MOST_THROTTLED_CALLS },
      per: { type: 'string', description: '1 second to 24 hours' },
      concurrency: { type: 'integer', minimum: 1, maximum: MOST_CONCURRENCY },
    },
    minProperties: 1,
    additionalProperties: false,
  },
  overlap: {
    enum: OVERLAPS,
    default: 'allow',
    description: 'What happens to a firing that is due while an earlier run has not ended',
  },
  repeatAfter: {
    enum: REPEAT_AFTERS,
    default: 'start',
    description: "From what 'repeatInterval' counts: the start of the run before, or its end",
  },
  spread: {
    type: 'string',
    description:
      'A firing is due up to so much later than its instant, at a fixed offset where few others are: 1 second to 24 hours',
  },
  cancelAction: {
    type: 'string',
    format: 'uri',
    description:
      "Gets POST { runId } for an acknowledged run that a schedule with 'overlap' 'cancel' has ended",
  },
  headers: {
    type: 'object',
    description:
      'Additional headers of each call, 8 KB in all. Values are never answered: null stands for each, and sent back keeps the stored one',
    additionalProperties: { type: ['string', 'null'] },
    maxProperties: MOST_HEADERS,
  },
  signing: {
    type: 'boolean',
    description: 'Whether calls carry the headers of Standard Webhooks, by the signing keys of the tenant',
  },
  breaker: {
    description: 'Firings wait up to `holdFor` while the endpoint is away',
    oneOf: [
      { type: 'boolean' },
      {
        type: 'object',
        properties: { holdFor: { type: 'string', default: durationText(USUAL_HOLD_FOR_MS) } },
        additionalProperties: false,
      },
    ],
  },
};

/** The fields of a body for the settings that a job or a schedule may have; one that is not given is undefined, null takes it off. */
export function settingFields(owner: Owner) {
  const fields = settingNames(owner).map((name) => [name, settingField(name)]);
  return Object.fromEntries(fields) as { [Name in SettingName]: ReturnType<typeof settingField> };
}

/** Returns the schema of a body that refuses settings of its job or its schedules: left out in silence, people would believe that they count. */
export function refusingElsewhere<Body extends z.ZodType>(owner: Owner, body: Body) {
  const own = settingNames(owner);
  const others = SETTING_NAMES.filter((name) => !own.includes(name));
  const [right, wrong] = owner === 'job' ? ['a schedule', 'its job'] : ['the job', 'a schedule'];
  const refuse = (given: unknown) => {
    if (typeof given !== 'object' || given === null) return given;
    const found = others.find((name) => (given as Readonly<Record<string, unknown>>)[name] ?? false);
    if (found === undefined) return given;
    throw new InvalidInput(`'${found}' is a setting of ${right}, not of ${wrong}: give it there`, found);
  };
  return z.preprocess(refusing(refuse), body);
}

/** Returns the settings that a body gives. */
export function settingsIn(
  body: { readonly [Name in SettingName]?: Json | undefined },
  owner: Owner,
): Settings {
  return Object.fromEntries(
    settingNames(owner).flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );
}

/** The same fields in an answer: only what is set is there. */
export function settingAnswers(owner: Owner) {
  return Object.fromEntries(
    settingNames(owner).map((name) => [name, z.unknown().optional().meta(SHAPES[name])]),
  );
}

function settingField(name: SettingName) {
  return z
    .unknown()
    .transform(refusing((given: unknown): Json => (given === null ? null : SETTINGS[name].valueOf(given))))
    .optional()
    .meta({ anyOf: [SHAPES[name], { type: 'null' }] });
}
