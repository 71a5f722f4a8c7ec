const cleanUps: (() => Promise<unknown> | void)[] = [];

afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Cleans up when the test file has ended, the latest first: an application goes before its database. */
export function atEndOfFile(cleanUp: () => Promise<unknown> | void): void {
  cleanUps.push(cleanUp);
}
