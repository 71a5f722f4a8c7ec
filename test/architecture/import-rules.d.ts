export const MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
/** Files outside src/database that speak SQL, by their names. */
export const SQL_FILES: RegExp;
export function folderOf(file: string): string;
export function target(file: string, specifier: string): string;
export function refusal(file: string, specifier: string, isTypeOnly: boolean): string | null;
