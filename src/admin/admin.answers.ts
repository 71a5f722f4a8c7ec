import { z } from 'zod';
import { wireTime, wireTimeOrNull } from '../http/answers.js';

/** A page of a list. */
const listOf = (entry: z.ZodType) =>
  z.looseObject({
    total: z.int().min(0),
    results: z.array(entry),
    prev_url: z.string().nullable(),
    next_url: z.string().nullable(),
  });

const instance = { instanceId: z.uuid(), name: z.string(), xsappname: z.string(), createdAt: wireTime() };

export const instanceAnswer = z.looseObject(instance).meta({ id: 'Instance' });
export const instancesAnswer = listOf(instanceAnswer).meta({ id: 'Instances' });

const binding = { bindingId: z.uuid(), name: z.string(), clientId: z.string() };
const VCAP_SERVICES = z
  .looseObject({
    jobscheduler: z.array(z.record(z.string(), z.unknown())),
    xsuaa: z.array(z.record(z.string(), z.unknown())),
  })
  .meta({ id: 'VcapServices' });

const listedBinding = z.looseObject({ ...binding, createdAt: wireTime() }).meta({ id: 'Binding' });
export const bindingsAnswer = listOf(listedBinding).meta({ id: 'Bindings' });
export const bindingCreatedAnswer = z
  .looseObject({ ...binding, VCAP_SERVICES })
  .meta({ id: 'BindingCreated' });
export const bindingRotatedAnswer = z
  .looseObject({ ...binding, createdAt: wireTime(), previousSecretUntil: wireTime(), VCAP_SERVICES })
  .meta({ id: 'BindingRotated' });

const credentials = z
  .looseObject({ url: z.url(), tokenurl: z.url(), clientid: z.string() })
  .meta({ id: 'OperatorCredentials' });

export const operatorClientsAnswer = listOf(
  z.looseObject({ ...binding, createdAt: wireTime() }).meta({ id: 'OperatorClient' }),
).meta({ id: 'OperatorClients' });
export const operatorClientCreatedAnswer = z
  .looseObject({ ...binding, credentials })
  .meta({ id: 'OperatorClientCreated' });
export const operatorClientRotatedAnswer = z
  .looseObject({ ...binding, createdAt: wireTime(), previousSecretUntil: wireTime(), credentials })
  .meta({ id: 'OperatorClientRotated' });

const limit = z.int().nullable();

export const tenantAnswer = z
  .looseObject({
    tenantId: z.uuid(),
    subdomain: z.string(),
    isProvider: z.boolean(),
    suspendedAt: wireTimeOrNull(),
    applications: z.array(z.string()),
    limits: z.looseObject({
      ...{ maxJobs: limit, maxCalls: limit, requestsPerMinute: limit },
      ...{ maxSchedulesPerJob: limit, maxSchedules: limit, maxFiringsPerMinute: limit },
      ...{ maxCallsPerHostPerSecond: limit, maxLogBytesPerDay: limit },
    }),
    jobs: z.int(),
    schedules: z.int(),
    plannedFiringsPerMinute: z.int(),
    runs: z.int().meta({ description: 'Runs that have ended, in the days that usage is kept for' }),
    lastActivityAt: wireTimeOrNull(),
  })
  .meta({ id: 'Tenant' });
export const tenantsAnswer = listOf(tenantAnswer).meta({ id: 'Tenants' });

export const subscriptionsAnswer = listOf(
  z
    .looseObject({
      tenantId: z.uuid(),
      subdomain: z.string(),
      appName: z.string(),
      guid: z.string().nullable(),
      plan: z.string().nullable(),
      createdAt: wireTime(),
      updatedAt: wireTime(),
    })
    .meta({ id: 'Subscription' }),
).meta({ id: 'Subscriptions' });

/** What tenants used by day; lateness in milliseconds. */
export const usageAnswer = listOf(
  z
    .looseObject({
      day: z.iso.date(),
      tenantId: z.uuid(),
      subdomain: z.string(),
      runs: z.int(),
      failures: z.int(),
      logBytes: z.int(),
      latenessP50Ms: z.number().nullable(),
      latenessP99Ms: z.number().nullable(),
    })
    .meta({ id: 'DayUsage' }),
).meta({ id: 'Usage' });

export const auditAnswer = listOf(
  z
    .looseObject({
      timestamp: wireTime(),
      actor: z.string(),
      event: z.string(),
      tenantId: z.uuid().nullable(),
      details: z.record(z.string(), z.unknown()),
    })
    .meta({ id: 'AuditRecord' }),
).meta({ id: 'AuditLog' });
