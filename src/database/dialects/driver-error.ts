/** Returns the driver's own code of an error (such as `ER_DUP_ENTRY`), empty where there is none. */
export function driverCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  // TypeORM wraps the driver's error; both shapes are looked at.
  const shape = error as { code?: unknown; driverError?: { code?: unknown } };
  const code = shape.driverError?.code ?? shape.code;
  return typeof code === 'string' ? code : '';
}
