import type { Config } from '../../config/config.js';
import type { Tenancy } from '../../tenant/tenancy-index.js';
import type { ClearSecret } from './secret-mint.js';

/** What an application is told of its binding. */
export interface BindingSheet {
  readonly clientId: string;
  readonly clear: ClearSecret;
  /** PEM of the public key that verifies tokens now. */
  readonly verificationKey: string;
}

/** Answers a secret by the names under which applications look for it. */
export function clearWire(clear: ClearSecret) {
  return clear.kind === 'password'
    ? { clientsecret: clear.clientSecret }
    : { certificate: clear.certificate, key: clear.privateKey };
}

/**
 * Answers a binding's credentials as applications expect them (tenancy-and-oauth.md, "Bindings as applications
 * expect them"). The token URL has the provider's subdomain in front where UAA_DOMAIN says that such names
 * exist, and is the public URL otherwise.
 */
export function credentialsOfBinding(config: Config, provider: Tenancy, sheet: BindingSheet) {
  const at = new URL(config.publicUrl);
  const hasZones = config.uaaDomain !== at.host;
  return {
    url: config.publicUrl,
    uaa: {
      url: hasZones ? `${at.protocol}//${provider.subdomain}.${config.uaaDomain}` : config.publicUrl,
      clientid: sheet.clientId,
      ...clearWire(sheet.clear),
      ...(sheet.clear.kind === 'certificate' ? { certurl: config.publicUrl } : {}),
      identityzone: provider.subdomain,
      identityzoneid: provider.tenantId,
      tenantid: provider.tenantId,
      tenantmode: 'dedicated',
      uaadomain: config.uaaDomain,
      apiurl: config.publicUrl,
      sburl: config.publicUrl,
      xsappname: provider.xsappname,
      verificationkey: sheet.verificationKey,
      'credential-type': sheet.clear.kind === 'certificate' ? 'x509' : 'binding-secret',
    },
  };
}

/** Answers the VCAP_SERVICES of an application that is bound to one service instance. */
export function vcapServices(instanceName: string, credentials: object) {
  return {
    jobscheduler: [
      { label: 'jobscheduler', name: instanceName, plan: 'standard', tags: ['jobscheduler'], credentials },
    ],
  };
}
