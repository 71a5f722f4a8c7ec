import { v7 } from 'uuid';
import type { Instant } from '../core/instant.js';

/** Answers a new UUID of version 7 that sorts by `now`, so that rows made together lie together on disk. */
export function newUuid(now: Instant): string {
  return v7({ msecs: now });
}

/** Answers the 16 bytes of a new UUID of version 7: where only the database sees it, its text need not be made. */
export function newUuidBytes(now: Instant): Buffer {
  return v7({ msecs: now }, Buffer.allocUnsafe(16));
}
