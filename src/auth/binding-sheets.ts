import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { TenancyIndex } from '../tenant/tenancy-index.js';
import { KeyRing } from './key-ring.js';
import { credentialsOfBinding, vcapServices } from './vcap-services.js';

/** Writes out credentials for those who are to use them. */
@Injectable()
export class BindingSheets {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: KeyRing,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Answers the VCAP_SERVICES of a new binding of an instance. */
  ofBinding(instanceId: number, fresh: { clientId: string; clientSecret: string }) {
    const provider = this.tenancies.findProvider(instanceId);
    if (!provider)
      throw new Error(
        `Service instance ${instanceId} has no provider tenancy in memory: poll the feed first.`,
      );
    const verificationKey = this.keys.signer().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { clientId, clientSecret } = fresh;
    const sheet = { clientId, clientSecret, verificationKey };
    return vcapServices(provider.instanceName, credentialsOfBinding(this.config, provider, sheet));
  }

  /** Answers the credentials of the operator's client. */
  ofOperator(fresh: { clientId: string; clientSecret: string }) {
    const { publicUrl } = this.config;
    return {
      url: publicUrl,
      tokenurl: `${publicUrl}/oauth/token`,
      clientid: fresh.clientId,
      clientsecret: fresh.clientSecret,
    };
  }
}
