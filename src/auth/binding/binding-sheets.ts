import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import { KeyRing } from '../key/key-ring.js';
import type { ClearSecret } from './secret-mint.js';
import { clearWire, credentialsOfBinding, vcapServices } from './vcap-services.js';

/** A secret to be shown to the client that it is for. */
interface ShownCredentials {
  readonly clientId: string;
  readonly clear: ClearSecret;
}

/** Writes out credentials for those who are to use them. */
@Injectable()
export class BindingSheets {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: KeyRing,
    private readonly tenancies: TenancyIndex,
  ) {}

  /** Answers the VCAP_SERVICES of a binding of an instance with its new secret. */
  ofBinding(instanceId: number, { clientId, clear }: ShownCredentials) {
    const provider = this.tenancies.findProvider(instanceId);
    if (!provider) {
      throw new Error(
        `Service instance ${instanceId} has no provider tenancy in memory: poll the feed first.`,
      );
    }
    const verificationKey = this.keys.signer().publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const credentials = credentialsOfBinding(this.config, provider, { clientId, clear, verificationKey });
    return vcapServices(provider.instanceName, credentials);
  }

  /** Answers the credentials of the operator's client. */
  ofOperator({ clientId, clear }: ShownCredentials) {
    const { publicUrl } = this.config;
    return { url: publicUrl, tokenurl: `${publicUrl}/oauth/token`, clientid: clientId, ...clearWire(clear) };
  }
}
