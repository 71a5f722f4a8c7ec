import { TENANTS } from '../support/app.js';
import { RUNNER_BODY } from '../support/runner-row.js';

export const TIMING = { cron: '* * * * * 0 0', active: true };
const OTHER_TENANT = { subscribedSubdomain: 'gamma', subscriptionAppName: 'shop' };

/** What a route must be sent so that its answer depends on whose the object is, and not on the body. */
export const BODIES: Record<string, object> = {
  'post /scheduler/jobs/:jobId/schedules': TIMING,
  'put /scheduler/jobs/:jobId/schedules/:scheduleId': { description: 'taken over' },
  'put /scheduler/jobs/:jobId/schedules/:scheduleId/runs/:runId': { success: true },
  'post /scheduler/jobs/:jobId/schedules/activationStatus': { activationStatus: false },
  'post /scheduler/signingKeys': { kind: 'v1', tenantId: TENANTS.beta },
  'post /scheduler/jobs/:jobId/schedules/:scheduleId/backfill': { from: '2026-01-01', to: '2026-01-02' },
  'post /scheduler/runs/operations/replay': {
    filter: { runState: 'SUCCESS', from: '2026-01-01', to: '2099-01-01' },
  },
  'post /scheduler/jobs/operations/:verb': { filter: "contains(name, 'betas-own')" },
  'put /scheduler/jobs/:jobId': { active: false, description: 'taken over' },
  'post /admin/v1/instances/:instanceId/bindings': { name: 'taken' },
  'put /admin/v1/tenants/:tenantId/limits': { maxJobs: 0 },
  'put /admin/v1/runners/:runnerId': RUNNER_BODY,
  'put /callback/v1.0/tenants/:tenantId': OTHER_TENANT,
  'put /subscription_manager_callbacks/tenants/:tenantId': { subscriber: { subaccountSubdomain: 'gamma' } },
};
