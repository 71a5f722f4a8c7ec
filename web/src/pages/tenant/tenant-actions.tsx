import { send } from '../../api/request.js';
import { tenantRoute, type TenantDetail } from '../../api/tenants.js';
import { undoing } from '../../api/undoing.js';
import { useAction } from '../../api/use-action.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { Problem } from '../../controls/problem.js';
import { lastChange } from '../../frame/status-bar.js';
import { asTenantPath } from '../../paths.js';
import { useMayChange } from '../../session.js';
import { TENANT } from '../../texts/tenants.js';

/** Looks with the eyes of a tenant; suspends and resumes it, and says before what follows. */
export function TenantActions({ tenant }: { readonly tenant: TenantDetail }) {
  const mayChange = useMayChange();
  const { isBusy, error, start } = useAction();
  const { subdomain, isSuspended, isProvider } = tenant;
  const words = isSuspended ? TENANT.resume : TENANT.suspend;
  const busyWords = isSuspended ? TENANT.resuming : TENANT.suspending;
  return (
    <div class="tenant-actions">
      <div class="tenant-action">
        <ButtonLink kind={isSuspended ? 'usual' : 'emphasized'} href={asTenantPath(subdomain)}>
          {TENANT.viewAs}
        </ButtonLink>
        <span class="quiet">{TENANT.viewAsText}</span>
      </div>
      {isProvider && <p class="quiet">{TENANT.ownTenant}</p>}
      {!isProvider && mayChange === false && <p class="quiet">{TENANT.viewer}</p>}
      {!isProvider && mayChange && (
        <div class="tenant-action">
          <Button isBusy={isBusy} onPress={() => start(() => setSuspended(tenant, !isSuspended))}>
            {isBusy ? busyWords : words}
          </Button>
          <span class="quiet">{isSuspended ? TENANT.resumeMeans : TENANT.suspendMeans}</span>
        </div>
      )}
      {error && <Problem error={error} isNews />}
    </div>
  );
}

async function setSuspended({ tenantId, subdomain }: TenantDetail, isToBe: boolean): Promise<void> {
  const order = (verb: 'suspend' | 'resume') =>
    send(`/admin/v1/tenants/${tenantId}/${verb}`, { method: 'POST' });
  await order(isToBe ? 'suspend' : 'resume');
  // What had become due has started with the resuming: nothing takes that back.
  if (!isToBe) return lastChange.set({ text: TENANT.hasResumed(subdomain) });
  lastChange.set({
    text: TENANT.hasSuspended(subdomain),
    undo: undoing<TenantDetail>({
      path: tenantRoute(tenantId),
      isStill: ({ isSuspended }) => isSuspended,
      undo: () => order('resume'),
    }),
  });
}
