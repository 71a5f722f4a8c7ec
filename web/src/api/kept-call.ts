import { isSame, SESSION_PATH } from '../session.js';
import { Refusal, send, type Answer, type Request } from './request.js';
import { hasEnded } from './resource.js';
import type { Session } from './types.js';

/**
 * Sends a request that must not get lost. Where the session has ended meanwhile it waits for the next sign-in and is sent
 * once again, but only for the same person with the same rights: what was typed belongs to nobody else.
 */
export async function sendKept<T>(
  path: string,
  request: Request,
  before: Session | undefined,
): Promise<Answer<T>> {
  try {
    return await send<T>(path, request);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401 || !before) throw error;
    hasEnded.set(true);
    await signedInAgain();
    const { body: now } = await send<Session>(SESSION_PATH);
    if (!now || !isSame(before, now)) throw error;
    return send<T>(path, request);
  }
}

function signedInAgain(): Promise<void> {
  return new Promise((resolve) => {
    const stop = hasEnded.listen(() => {
      if (hasEnded.get()) return;
      stop();
      resolve();
    });
  });
}
