import { Inject, Injectable } from '@nestjs/common';
import { Terminal } from '../../auth/first-start/terminal.js';
import { CONFIG, type Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { LinkPlaceReader } from './link-place.reader.js';
import { LINK_MINUTES, SignInLinks } from './sign-in-links.js';

/**
 * Shows a link at each start outside production: on the terminal, because a log is kept and read by others, and as the
 * last of what the start says.
 */
@Injectable()
export class StartLink {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly places: LinkPlaceReader,
    private readonly links: SignInLinks,
    private readonly terminal: Terminal,
  ) {}

  async show(): Promise<void> {
    if (this.config.isProduction) return;
    const [only, ...others] = await this.database.read((tx) => this.places.listProviders(tx, 2));
    if (!only) return;
    if (others.length > 0) {
      this.terminal.say('Sign in to the dashboard:  npm run sign-in -- --instance <name>');
      return;
    }
    const url = await this.links.make(only, 'provider admin');
    this.terminal.say(
      `Sign in to the dashboard by this link, once and within ${LINK_MINUTES} minutes (npm run sign-in makes another):\n  ${url}`,
    );
  }
}
