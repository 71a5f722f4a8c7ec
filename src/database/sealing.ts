import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { CannotStart } from '../config/cannot-start.js';

const SEALED = 'sealed:1:';
/** Marks a stored value that was not sealed and would be mistaken for a sealed one. */
const PLAIN = 'plain:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals small secrets that must be readable again (signing keys, passwords of actions) before they are stored:
 * AES-256-GCM with a key made by scrypt from KEY_ENCRYPTION_SECRET. Without a secret values are stored as they
 * are, and stay readable when a secret is configured later.
 */
export class Sealing {
  private key: Buffer | null = null;

  /** Takes the configured secret, null where values are stored as they are. */
  constructor(private readonly secret: string | null) {}

  /** Returns the text that may be stored for a secret; it differs each time. */
  seal(secret: string): string {
    if (this.secret === null) {
      return secret.startsWith(SEALED) || secret.startsWith(PLAIN) ? PLAIN + secret : secret;
    }
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(this.secret), iv);
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return SEALED + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /**
   * Returns the secret of a stored text, sealed or not. Throws where the text is sealed and the configured
   * secret is missing or not the one that sealed it: the deployment cannot work so, and says why.
   */
  open(stored: string): string {
    if (stored.startsWith(PLAIN)) return stored.slice(PLAIN.length);
    if (!stored.startsWith(SEALED)) return stored;
    if (this.secret === null) {
      throw new CannotStart(
        'A stored secret is sealed: set KEY_ENCRYPTION_SECRET to the value that sealed it.',
      );
    }
    const bytes = Buffer.from(stored.slice(SEALED.length), 'base64url');
    const decipher = createDecipheriv(
      'aes-256-gcm',
      this.keyOf(this.secret),
      bytes.subarray(0, IV_BYTES),
    ).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return (
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch (error) {
      throw new CannotStart(
        'A stored secret cannot be opened: KEY_ENCRYPTION_SECRET is not the value that sealed it.',
        {
          cause: error,
        },
      );
    }
  }

  // The salt is fixed on purpose: every replica must make the same key from the secret alone.
  private keyOf(secret: string): Buffer {
    this.key ??= scryptSync(secret, 'carillon/sealing/1', 32, { N: 16_384, r: 8, p: 1 });
    return this.key;
  }
}
