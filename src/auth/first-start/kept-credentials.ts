import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CONFIG, type Config } from '../../config/config.js';
import { BindingIndex } from '../binding/binding-index.js';
import { VcapServices, type ShownCredentials } from '../binding/vcap-services.js';
import { CredentialsFile } from './credentials-file.js';

/** A client and its secret, as applications get them. */
const client = z.union([
  z
    .looseObject({ clientid: z.string(), clientsecret: z.string() })
    .transform(({ clientid, clientsecret }): ShownCredentials => ({
      clientId: clientid,
      clear: { kind: 'password', clientSecret: clientsecret },
    })),
  z
    .looseObject({ clientid: z.string(), certificate: z.string(), key: z.string() })
    .transform(({ clientid, certificate, key }): ShownCredentials => ({
      clientId: clientid,
      clear: { kind: 'certificate', certificate, privateKey: key },
    })),
]);
const vcapSheet = z
  .looseObject({
    jobscheduler: z.tuple([z.looseObject({ credentials: z.looseObject({ uaa: client }) })], z.unknown()),
  })
  .transform(({ jobscheduler: [{ credentials }] }) => credentials.uaa);

/** A file of credentials, and what it is to hold under the present configuration; null where it cannot be used. */
export interface KeptSheet {
  readonly file: CredentialsFile;
  readonly wanted: object | null;
}

/** The files in which the credentials of the first start, or of `npm run new-binding`, are kept. */
@Injectable()
export class KeptCredentials {
  /** Null where the database, and with it everything, is gone when the process ends. */
  readonly files: { readonly vcap: CredentialsFile; readonly operator: CredentialsFile } | null;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly bindings: BindingIndex,
    private readonly vcapServices: VcapServices,
  ) {
    const folder = config.credentialsDir;
    this.files =
      folder === null
        ? null
        : {
            vcap: new CredentialsFile(folder, 'vcap-services.json'),
            operator: new CredentialsFile(folder, 'operator-credentials.json'),
          };
  }

  /** Returns the file of the binding; unusable where it is missing or its client is not a live binding of this database. */
  vcap(file: CredentialsFile): KeptSheet {
    const kept = vcapSheet.safeParse(file.read());
    const instanceId = kept.success ? this.bindings.find(kept.data.clientId)?.instanceId : undefined;
    const isUsable = kept.success && typeof instanceId === 'number';
    return { file, wanted: isUsable ? this.vcapServices.ofBinding(instanceId, kept.data) : null };
  }

  /** Returns the file of the operator's client; unusable where it is missing or that client is not one of this database. */
  operator(file: CredentialsFile): KeptSheet {
    const kept = client.safeParse(file.read());
    const isUsable = kept.success && this.bindings.find(kept.data.clientId)?.instanceId === null;
    return { file, wanted: isUsable ? this.vcapServices.ofOperator(kept.data) : null };
  }
}
