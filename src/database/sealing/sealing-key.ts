import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const NAME_DIGITS = 12;

/** One value of KEY_ENCRYPTION_SECRET as a key of AES-256-GCM, made by scrypt when it is first needed (some 40 ms). */
export class SealingKey {
  private made: { readonly key: Buffer; readonly name: string } | null = null;

  constructor(private readonly value: string) {}

  /** What tells the key from others without telling anything about it: 12 hexadecimal digits. */
  get name(): string {
    return this.make().name;
  }

  /** Returns a text encrypted: the initialization vector, the tag and the cipher text, as base64url. */
  encrypt(text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.make().key, iv);
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
  }

  /** Returns the text that `encrypt` encrypted, null where that was another key or the text was changed. */
  decrypt(encrypted: string): string | null {
    const bytes = Buffer.from(encrypted, 'base64url');
    const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
    if (tag.length < TAG_BYTES) return null;
    const decipher = createDecipheriv(CIPHER, this.make().key, iv).setAuthTag(tag);
    try {
      return (
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      return null;
    }
  }

  // The salt is fixed on purpose: every replica must make the same key from the value alone.
  private make() {
    if (this.made === null) {
      const key = scryptSync(this.value, 'carillon/sealing/1', 32, { N: 16_384, r: 8, p: 1 });
      const name = createHmac('sha256', key).update('carillon/sealing/name').digest('hex');
      this.made = { key, name: name.slice(0, NAME_DIGITS) };
    }
    return this.made;
  }
}
