import { operatorCaller, scopeIn } from '../../src/auth/caller.js';
import type { Tenancy } from '../../src/tenant/tenancy.reader.js';

const CLIENT = 'sb-default-12345678';

const tenancy = (isProvider: boolean, subdomain: string) => ({ isProvider, subdomain }) as Tenancy;

describe('The name of a caller in the logs', () => {
  it.each([
    ['the provider', tenancy(true, 'carillon'), `${CLIENT} (provider)`],
    ['a tenant', tenancy(false, 'acme'), 'acme'],
    ['a tenant that is called like the service itself', tenancy(false, 'system'), 'system (tenant)'],
  ])('tells %s from the others that share its client id', (_name, place, actor) => {
    expect(scopeIn(place, CLIENT, new Set())).toMatchObject({ actor, clientId: CLIENT });
  });

  it('is the client id for the operator', () => {
    expect(operatorCaller('sb-operator-1', 0).scope.actor).toBe('sb-operator-1');
  });

  it('fits into its column, however long the name of a client of another issuer', () => {
    expect(scopeIn(tenancy(true, 'x'), 'x'.repeat(4_000), new Set()).actor.length).toBeLessThanOrEqual(255);
  });
});
