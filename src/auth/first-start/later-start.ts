import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CannotStart } from '../../config/cannot-start.js';
import { CONFIG, type Config } from '../../config/config.js';
import type { CredentialsFile } from './credentials-file.js';
import { KeptCredentials, type KeptSheet } from './kept-credentials.js';
import { Terminal } from './terminal.js';

/** What every start after the first does with the files of credentials: they are to name the service as it is now. */
@Injectable()
export class LaterStart {
  private readonly log = new Logger('Credentials');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly kept: KeptCredentials,
    private readonly terminal: Terminal,
  ) {}

  /** Says where the credentials are, writes them anew where the configuration has changed, and says where they are lost. */
  remind(): void {
    const { files } = this.kept;
    if (files === null) return;
    for (const file of [files.vcap, files.operator]) this.close(file);
    const sheets = [this.kept.vcap(files.vcap), this.kept.operator(files.operator)];
    const lost = sheets.filter(({ wanted }) => wanted === null);
    if (!lost.some(({ file }) => file === files.vcap)) {
      this.terminal.say(`The credentials of your binding (VCAP_SERVICES) are in ${files.vcap.path}.`);
    }
    if (lost.length > 0) {
      const paths = lost.map(({ file }) => file.path).join(' and ');
      this.terminal.say(
        `No credentials of this database are in ${paths}: where nobody has them any more, npm run new-binding makes new ones.`,
      );
    }
    for (const sheet of sheets) this.refresh(sheet);
  }

  /** Who could read a secret may have done so: taking the right away does not take the secret back. */
  private close(file: CredentialsFile): void {
    for (const { path, mode, failure } of file.close()) {
      const now = failure === null ? 'Only its owner can now' : `That could not be changed (${failure})`;
      this.log.warn(
        `${path} holds secrets, and others could read it (mode ${mode}). ${now}: rotate what may have been read.`,
      );
    }
  }

  /** A folder that cannot be written does not keep the service from starting: the old secret still counts. */
  private refresh({ file, wanted }: KeptSheet): void {
    if (wanted === null || isDeepStrictEqual(file.read(), JSON.parse(JSON.stringify(wanted)))) return;
    try {
      file.replace(wanted);
      this.terminal.say(`${file.path} was written anew for ${this.config.publicUrl}.`);
    } catch (error) {
      if (!(error instanceof CannotStart)) throw error;
      this.terminal.say(`${file.path} is out of date. ${error.message}`);
    }
  }
}
