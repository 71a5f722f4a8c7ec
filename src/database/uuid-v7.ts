import { v7 } from 'uuid';
import type { Instant } from '../core/instant.js';

/** Answers a new UUID of version 7 that sorts by `now`, so that rows made together lie together on disk. */
export function newUuid(now: Instant): string {
  return v7({ msecs: now });
}
