export const MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
export function folderOf(file: string): string;
export function target(file: string, specifier: string): string;
export function refusal(file: string, specifier: string, isTypeOnly: boolean): string | null;
