/** A variable that is not ours, and the one of ours that it nearly is. */
export interface Misspelt {
  readonly name: string;
  readonly meant: string;
}

/** Short names are near to many: HOST to HOME, PORT to POST. */
const LONG_NAME = 8;

/**
 * Returns the variables of an environment that have no meaning here and are nearly named like a setting: in lower case, or one
 * letter away, or two from a longer name. A letter that is missing, added, wrong or changed with its neighbour counts as one.
 */
export function misspeltVariables(names: readonly string[], settings: readonly string[]): Misspelt[] {
  const known = new Set(settings);
  return names.flatMap((name) => {
    const meant = known.has(name) ? null : nearest(name.toUpperCase(), settings);
    return meant === null ? [] : [{ name, meant }];
  });
}

function nearest(name: string, settings: readonly string[]): string | null {
  const near = settings.flatMap((setting) => {
    const most = setting.length >= LONG_NAME ? 2 : 1;
    const far = Math.abs(setting.length - name.length) > most ? Infinity : distance(name, setting);
    return far <= most ? [{ setting, far }] : [];
  });
  near.sort((a, b) => a.far - b.far);
  return near[0]?.setting ?? null;
}

/** How many letters lie between two names (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? at(i - 2, j - 2) + 1 : Infinity;
      rows[i]?.push(Math.min(change, swap, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(a.length, b.length);
}
