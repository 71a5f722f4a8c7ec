import type { Right } from '../core/access-scope.js';
import type { Tenancy } from '../tenant/tenancy.reader.js';

/** The scope that every token of the service carries, as in an XSUAA. */
export const RESOURCE_SCOPE = 'uaa.resource';
/** The operator's only scope, and the audience of its tokens. */
export const OPERATOR_AUDIENCE = 'carillon';
export const OPERATOR_SCOPE = `${OPERATOR_AUDIENCE}.Operate`;

/** The last part of a scope, `<xsappname>.<part>`, and the right that it gives. */
const PROVIDER_PARTS: ReadonlyMap<string, Right> = new Map([
  ['JOBSCHEDULER', 'scheduler'],
  ['Configure', 'configure'],
  ['Admin', 'admin'],
  ['Callback', 'callback'],
  ['mtcallback', 'callback'],
]);
const TENANT_PARTS: ReadonlyMap<string, Right> = new Map([['JOBSCHEDULER', 'scheduler']]);

const partsOf = (tenancy: Tenancy) => (tenancy.isProvider ? PROVIDER_PARTS : TENANT_PARTS);

/** Returns the scopes that a client may have in a tenancy: those of a provider only in the provider's own zone. */
export function scopesOf(tenancy: Tenancy): string[] {
  return [...[...partsOf(tenancy).keys()].map((part) => `${tenancy.xsappname}.${part}`), RESOURCE_SCOPE];
}

/** Returns which of the scopes that a token names count in a tenancy. */
export function heldScopes(named: readonly string[], tenancy: Tenancy): string[] {
  return scopesOf(tenancy).filter((scope) => named.includes(scope));
}

/** Returns the scopes of the tokens that are sent to actions: enough for the application to let the scheduler in. */
export function actionScopesOf(tenancy: Tenancy): string[] {
  return [`${tenancy.xsappname}.JOBSCHEDULER`, RESOURCE_SCOPE];
}

/** Returns the rights that scopes give in a tenancy; a tenant has no provider's right whatever its token says. */
export function rightsOf(scopes: readonly string[], tenancy: Tenancy): ReadonlySet<Right> {
  const given = [...partsOf(tenancy)].filter(([part]) => scopes.includes(`${tenancy.xsappname}.${part}`));
  return new Set(given.map(([, right]) => right));
}
