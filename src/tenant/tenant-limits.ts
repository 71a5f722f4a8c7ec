import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { InvalidInput } from '../core/errors.js';
import { TenancyIndex } from './tenancy-index.js';

/** The limits that hold for one tenant. */
export type LimitsOfTenant = Readonly<Record<keyof Config['limits'], number>>;

/** Says which limits hold for a tenant: what its provider gave it, else the deployment's default. */
@Injectable()
export class TenantLimits {
  private readonly names: readonly (keyof Config['limits'])[];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly index: TenancyIndex,
  ) {
    // The names are those of the object that they come from.
    this.names = Object.keys(config.limits) as (keyof Config['limits'])[];
  }

  /** Returns the limits that hold for a tenancy; for one that is gone the defaults. A limit beyond what the operator permits by now counts as much as permitted. */
  of(tenancyId: number): LimitsOfTenant {
    const entries = this.names.map((name) => [name, this.one(tenancyId, name)]);
    // One number for each of the names.
    return Object.fromEntries(entries) as LimitsOfTenant;
  }

  /** Returns one limit of a tenancy: for what asks at each call. */
  one(tenancyId: number, name: keyof Config['limits']): number {
    const { preset, most } = this.config.limits[name];
    return Math.min(this.index.find(tenancyId)?.[name] ?? preset, most);
  }

  /** Throws InvalidInput for a limit that is beyond what the operator permits. */
  refuseBeyond(given: { readonly [Name in keyof Config['limits']]?: number | null }): void {
    for (const name of this.names) {
      const { most } = this.config.limits[name];
      const value = given[name];
      if (value === undefined || value === null || value <= most) continue;
      throw new InvalidInput(
        `'${name}' ${value} is more than the operator permits: give at most ${most}`,
        name,
      );
    }
  }
}
