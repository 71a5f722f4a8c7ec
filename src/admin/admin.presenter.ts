import { wireText, wireTextOrNull, type Instant } from '../core/instant.js';
import type { BindingRow } from '../database/entities/binding.row.js';
import type { InstanceRow } from '../database/entities/instance.row.js';
import type { AuditRecord } from '../tenant/audit-log.store.js';
import type { UsagePart } from './usage.reader.js';
import type { SubscriptionView, TenantView } from './tenant.reader.js';

/** Returns an instance as the operator sees it. */
export function instanceWire(instance: InstanceRow) {
  const { uid, name, xsappname, createdAt } = instance;
  return { instanceId: uid, name, xsappname, createdAt: wireText(createdAt) };
}

/** Returns a binding without its secret. */
export function bindingWire(binding: BindingRow) {
  const { id, name, clientId, createdAt } = binding;
  return { bindingId: id, name, clientId, createdAt: wireText(createdAt) };
}

/** Returns a binding that was given a new secret, and until when the one of before holds. */
export function rotatedWire({ binding, previousUntil }: { binding: BindingRow; previousUntil: Instant }) {
  return { ...bindingWire(binding), previousSecretUntil: wireText(previousUntil) };
}

/** Returns a tenant with what it has and does. */
export function tenantWire(view: TenantView) {
  const { tenancy, counts } = view;
  return {
    tenantId: tenancy.tenantId,
    subdomain: tenancy.subdomain,
    isProvider: tenancy.isProvider,
    suspendedAt: wireTextOrNull(tenancy.suspendedAt),
    applications: view.applications,
    limits: {
      maxJobs: tenancy.maxJobs,
      maxCalls: tenancy.maxCalls,
      requestsPerMinute: tenancy.requestsPerMinute,
      maxSchedulesPerJob: tenancy.maxSchedulesPerJob,
      maxSchedules: tenancy.maxSchedules,
      maxFiringsPerMinute: tenancy.maxFiringsPerMinute,
      maxCallsPerHostPerSecond: tenancy.maxCallsPerHostPerSecond,
      maxLogBytesPerDay: tenancy.maxLogBytesPerDay,
    },
    jobs: counts.jobs,
    schedules: counts.schedules,
    plannedFiringsPerMinute: counts.plannedFiringsPerMinute,
    runs: counts.runs,
    lastActivityAt: wireTextOrNull(counts.lastActivityAt),
  };
}

/** Returns a subscription. */
export function subscriptionWire(view: SubscriptionView) {
  const { createdAt, updatedAt, ...rest } = view;
  return { ...rest, createdAt: wireText(createdAt), updatedAt: wireText(updatedAt) };
}

/** Returns the path of usages, without a page. It names the days: pages stay those of one list when a day ends. */
export function usagePath({ from, to }: UsagePart, tenantId: string | undefined): string {
  return `/admin/v1/usage?${new URLSearchParams({ from, to, ...(tenantId && { tenantId }) }).toString()}`;
}

/** Returns an entry of the audit log. */
export function auditWire(record: AuditRecord) {
  const { at, actor, event, tenantId, details } = record;
  return { timestamp: wireText(at), actor, event, tenantId, details };
}
