/** The endpoint that a first job calls, and the line that starts it in a terminal. */
export const FIRST_ENDPOINT = 'http://localhost:4000/tick';
export const START_ENDPOINT = `node -e 'http.createServer((q, s) => s.end("done")).listen(4000)'`;

/** Returns whether a service of an origin reaches what a terminal beside the browser starts. */
export function isOnLaptop(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(origin);
}
