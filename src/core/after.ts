/**
 * Does something once work is over, however it ends. As `finally`, which makes several more promises: where there is work for
 * each call, they are felt.
 */
export function after(work: Promise<void>, over: () => void): Promise<void> {
  return work.then(over, (error: unknown) => {
    over();
    throw error;
  });
}
