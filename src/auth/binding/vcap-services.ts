import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { TenancyIndex } from '../../tenant/tenancy-index.js';
import type { Tenancy } from '../../tenant/tenancy.reader.js';
import { KeyRing } from '../key/key-ring.js';
import type { ClearSecret } from './secret-mint.js';

/** A secret to be shown to the client that it is for. */
export interface ShownCredentials {
  readonly clientId: string;
  readonly clear: ClearSecret;
}

/** Returns a secret by the names under which applications look for it. */
export function clearWire(clear: ClearSecret) {
  return clear.kind === 'password'
    ? { clientsecret: clear.clientSecret }
    : { certificate: clear.certificate, key: clear.privateKey };
}

/** Returns an entry of VCAP_SERVICES. */
function entryOf(label: string, name: string, plan: string, credentials: object) {
  return { label, name, instance_name: name, plan, tags: [label], credentials };
}

/** Writes out credentials as applications expect them (tenancy-and-oauth.md, "Bindings as applications expect them"). */
@Injectable()
export class VcapServices {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: KeyRing,
    private readonly tenancies: TenancyIndex,
  ) {}

  /**
   * Returns the VCAP_SERVICES of a binding of an instance with its secret: the entry of the service, and one of its token
   * endpoint, as libraries look for the authorization server by the tag or label `xsuaa`.
   */
  ofBinding(instanceId: number, shown: ShownCredentials) {
    const provider = this.tenancies.findProvider(instanceId);
    if (!provider) {
      throw new Error(
        `Service instance ${instanceId} has no provider tenancy in memory: poll the feed first.`,
      );
    }
    const { url, uaa } = this.credentialsOf(provider, shown);
    const { instanceName, instanceUid, tenantId } = provider;
    // Names differ, because readers of VCAP_SERVICES look entries up by them.
    const token = { ...uaa, zoneid: tenantId, subaccountid: tenantId, serviceInstanceId: instanceUid };
    return {
      jobscheduler: [entryOf('jobscheduler', instanceName, 'standard', { url, uaa })],
      xsuaa: [entryOf('xsuaa', `${instanceName}-xsuaa`, 'application', token)],
    };
  }

  /** Returns the credentials of the operator's client. */
  ofOperator({ clientId, clear }: ShownCredentials) {
    const { publicUrl } = this.config;
    return { url: publicUrl, tokenurl: `${publicUrl}/oauth/token`, clientid: clientId, ...clearWire(clear) };
  }

  /**
   * The token URL has the provider's subdomain in front where UAA_DOMAIN says that such names exist, and is the public
   * URL otherwise.
   */
  private credentialsOf(provider: Tenancy, { clientId, clear }: ShownCredentials) {
    const { publicUrl, uaaDomain } = this.config;
    const at = new URL(publicUrl);
    const hasZones = uaaDomain !== at.host;
    const isCertificate = clear.kind === 'certificate';
    return {
      url: publicUrl,
      uaa: {
        url: hasZones ? `${at.protocol}//${provider.subdomain}.${uaaDomain}` : publicUrl,
        clientid: clientId,
        ...clearWire(clear),
        ...(isCertificate ? { certurl: publicUrl } : {}),
        identityzone: provider.subdomain,
        identityzoneid: provider.tenantId,
        tenantid: provider.tenantId,
        tenantmode: 'dedicated',
        uaadomain: uaaDomain,
        apiurl: publicUrl,
        sburl: publicUrl,
        xsappname: provider.xsappname,
        verificationkey: this.keys.signer().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        'credential-type': isCertificate ? 'x509' : 'binding-secret',
      },
    };
  }
}
