import { Logger } from '@nestjs/common';

/**
 * Keeps the lines that the database logs from now on, in their order, in place of the log, without those of migrations; `heard`
 * resolves with the first. Lines of others are left out: test files that ran in this process before may still end a stretch
 * of left out ones.
 */
export function hearDatabase(): { readonly said: string[]; readonly heard: Promise<void> } {
  const said: string[] = [];
  let isHeard: () => void = () => undefined;
  const heard = new Promise<void>((resolve) => (isHeard = resolve));
  const say = (text: string, ...more: unknown[]) => {
    if (more.at(-1) !== 'Database' || text.startsWith('Migrated the database')) return;
    said.push(text);
    isHeard();
  };
  Logger.overrideLogger({ log: say, error: say, warn: say });
  return { said, heard };
}
