import { Injectable } from '@nestjs/common';
import { Unauthenticated } from '../../core/errors.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { BindingIndex, type Binding } from '../binding/binding-index.js';

/** Finds what a token of ours must still stand on: its live binding and its tenancy. */
@Injectable()
export class OwnPlaces {
  constructor(
    private readonly bindings: BindingIndex,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Answers the binding of a client and its tenancy in a zone, null for the operator. Throws Unauthenticated where either is gone. */
  async find(clientId: string, zone: string) {
    const binding: Binding | null = await this.bindings.findFresh(clientId);
    if (!binding) throw gone();
    const { instanceId } = binding;
    if (instanceId === null) return { binding, tenancy: null };
    const tenancy = await this.tenancies.findFresh(() => this.tenancies.findByTenant(instanceId, zone));
    if (!tenancy) throw gone();
    return { binding, tenancy };
  }
}

function gone(): Unauthenticated {
  return new Unauthenticated('The access token is not valid any more: its binding or its tenant is gone.');
}
