/** How long the stop of the service waits for what watches and stops tasks: the next start, or another replica, goes on. */
export const LONGEST_STOP_MS = 3_000;

/** Returns what work comes to, and `otherwise` where that takes longer. */
export async function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
