export const VERSION_LINES: RegExp;
export function chartDigest(): string;
