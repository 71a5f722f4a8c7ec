import { CannotStart } from '../../config/cannot-start.js';
import { keyEncryptionSecrets } from '../../config/key-encryption-secrets.js';
import { SealingKey } from './sealing-key.js';

/** How every sealed text begins, whatever sealed it. */
export const SEALED = 'sealed:';
/** Sealed while there was one value: nobody asks by which. */
const UNNAMED = `${SEALED}1:`;
/** Sealed while there were several: the name of the key follows, so that what is left to do can be asked for. */
const NAMED = `${SEALED}2:`;
/** Marks a stored value that was not sealed and would be mistaken for a sealed one. */
const PLAIN = 'plain:';

/**
 * Seals small secrets that must be readable again (signing keys, passwords of actions) before they are stored, by the
 * first value of KEY_ENCRYPTION_SECRET, and opens what any of its values has sealed. Without a value secrets are stored as
 * they are, and stay readable when one is configured later.
 */
export class Sealing {
  /** The key that seals comes first. */
  private readonly keys: readonly SealingKey[];
  /** Sealed before commas separated values: by the text as a whole. */
  private readonly whole: SealingKey | null;

  /** Takes the text of the setting, null where values are stored as they are. */
  constructor(setting: string | null) {
    const values = setting === null ? [] : keyEncryptionSecrets(setting);
    this.keys = [...new Set(values)].map((value) => new SealingKey(value));
    this.whole = setting === null || values[0] === setting ? null : new SealingKey(setting);
  }

  /** Whether there are several values, so that secrets are to be sealed by the first of them. */
  get hasSeveral(): boolean {
    return this.keys.length > 1;
  }

  /**
   * How a stored text begins that needs no sealing anew: with several values it was sealed by the first, with one it
   * was sealed. Null where nothing is sealed.
   */
  get wantedStart(): string | null {
    const [first] = this.keys;
    if (first === undefined) return null;
    return this.hasSeveral ? `${NAMED}${first.name}:` : SEALED;
  }

  /** Returns the text that may be stored for a secret; it differs each time. */
  seal(secret: string): string {
    const [first] = this.keys;
    if (first === undefined) {
      return secret.startsWith(SEALED) || secret.startsWith(PLAIN) ? PLAIN + secret : secret;
    }
    return (this.hasSeveral ? `${NAMED}${first.name}:` : UNNAMED) + first.encrypt(secret);
  }

  /**
   * Returns the secret of a stored text, sealed or not. Throws CannotStart where the text is sealed and the value that
   * sealed it is not among the configured ones: the deployment cannot work so, and says why.
   */
  open(stored: string): string {
    if (stored.startsWith(PLAIN)) return stored.slice(PLAIN.length);
    const isNamed = stored.startsWith(NAMED);
    if (!isNamed && !stored.startsWith(UNNAMED)) return stored;
    if (this.keys.length === 0) {
      throw new CannotStart(
        'A stored secret is sealed: set KEY_ENCRYPTION_SECRET to the value that sealed it.',
      );
    }
    const opened = isNamed ? this.openNamed(stored) : this.openUnnamed(stored.slice(UNNAMED.length));
    if (opened !== null) return opened;
    throw new CannotStart(
      'A stored secret cannot be opened: no value of KEY_ENCRYPTION_SECRET is the one that sealed it. Several values stand with commas between them, each of at least 16 characters; where one has a comma, or a blank at its begin or end, they are a JSON array of strings.',
    );
  }

  /** Returns the text to be stored instead of a stored one, null where that is as it should be. Throws as `open` does. */
  resealed(stored: string): string | null {
    const start = this.wantedStart;
    return start === null || stored.startsWith(start) ? null : this.seal(this.open(stored));
  }

  private openNamed(stored: string): string | null {
    const [name, sealed = ''] = stored.slice(NAMED.length).split(':');
    return this.keys.find((key) => key.name === name)?.decrypt(sealed) ?? null;
  }

  private openUnnamed(sealed: string): string | null {
    for (const key of this.whole === null ? this.keys : [...this.keys, this.whole]) {
      const opened = key.decrypt(sealed);
      if (opened !== null) return opened;
    }
    return null;
  }
}
