import type { Config } from '../config/config.js';
import type { Tenancy } from '../tenant/tenancy-index.js';

/** What an application is told of its binding. */
export interface BindingSheet {
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of the public key that verifies tokens now. */
  readonly verificationKey: string;
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
      clientsecret: sheet.clientSecret,
      identityzone: provider.subdomain,
      identityzoneid: provider.tenantId,
      tenantid: provider.tenantId,
      tenantmode: 'dedicated',
      uaadomain: config.uaaDomain,
      apiurl: config.publicUrl,
      sburl: config.publicUrl,
      xsappname: provider.xsappname,
      verificationkey: sheet.verificationKey,
      'credential-type': 'binding-secret',
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
