/** What the Cloud Controller, its database or the container fails at. Tabs and line ends may be. */
const CONTROL = /[^\P{Cc}\t\n]/u;

/** Returns whether a text has control characters other than tabs and line ends. */
export function hasControlCharacters(value: string): boolean {
  return CONTROL.test(value);
}
