import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { Instant } from '../core/instant.js';

const RANDOM_BYTES = 16;
/** Random bytes are drawn for many UUIDs at once: a draw costs more than what is drawn. */
const pool = Buffer.alloc(RANDOM_BYTES * 256);
let used = pool.length;

/** Returns a new UUID of version 7 that sorts by `now`, so that rows made together lie together on disk. */
export function newUuid(now: Instant): string {
  return v7({ msecs: now, random: randomBytes() });
}

/** Returns the instant by which a UUID of version 7 sorts. */
export function instantOfUuid(uuid: string): Instant {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** Returns the 16 bytes of a new UUID of version 7: where only the database sees it, its text need not be made. */
export function newUuidBytes(now: Instant): Buffer {
  return v7({ msecs: now, random: randomBytes() }, Buffer.allocUnsafe(RANDOM_BYTES));
}

function randomBytes(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.subarray(used, (used += RANDOM_BYTES));
}
