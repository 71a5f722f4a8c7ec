import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/config.js';
import { KeptCredentials } from './kept-credentials.js';
import { SecretMint, type FreshCredentials } from '../binding/secret-mint.js';
import { Terminal } from './terminal.js';
import { clearWire, VcapServices } from '../binding/vcap-services.js';

type Store = (binding: FreshCredentials, operator: FreshCredentials) => Promise<number | null>;

/** Makes, shows and keeps the credentials of the first start, which exist nowhere else in clear. */
@Injectable()
export class FirstCredentials {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mint: SecretMint,
    private readonly vcapServices: VcapServices,
    private readonly kept: KeptCredentials,
    private readonly terminal: Terminal,
  ) {}

  /** Makes the credentials, stores them by `store`, keeps them in files of the owner and shows them, in production only where they are. */
  async handOut(store: Store): Promise<void> {
    const binding = await this.mint.newCredentials('default', 'password', 'first start');
    const operator = await this.mint.newCredentials('operator', 'password', 'first start');
    const operatorSheet = this.vcapServices.ofOperator(operator);
    this.kept.files?.operator.write(operatorSheet);
    // The sheet of the binding names tenant ids that exist only once it is stored; until then the file holds the secret.
    this.kept.files?.vcap.write({ clientid: binding.clientId, ...clearWire(binding.clear) });
    const instanceId = await store(binding, operator).catch((error: unknown) => {
      this.discard();
      throw error;
    });
    if (instanceId === null) return this.discard();
    const vcap = this.vcapServices.ofBinding(instanceId, binding);
    this.kept.files?.vcap.write(vcap);
    this.kept.files?.vcap.keep();
    this.kept.files?.operator.keep();
    this.show(vcap, operatorSheet);
  }

  private discard(): void {
    this.kept.files?.vcap.discard();
    this.kept.files?.operator.discard();
  }

  private show(vcap: object, operator: object): void {
    const isShown = !this.config.isProduction || this.kept.files === null;
    const lines = [
      "Carillon has made its first service instance, 'default', and a binding for your application.",
    ];
    if (isShown)
      lines.push('Its VCAP_SERVICES, shown only this once:', '', JSON.stringify(vcap, null, 2), '');
    if (isShown && !this.kept.files)
      lines.push("The operator's client:", '', JSON.stringify(operator, null, 2), '');
    if (this.kept.files) {
      const { path } = this.kept.files.vcap;
      lines.push(
        `It is kept in ${path}, which only you can read; the operator's client is in ${this.kept.files.operator.path}.`,
        `  give it to your application:  export VCAP_SERVICES="$(cat ${path})"`,
        `  a token by hand:              npm run -s token`,
      );
    }
    this.terminal.say(lines.join('\n'));
  }
}
