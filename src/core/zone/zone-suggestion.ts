/** One letter in so many may be wrong in the city of a name that is suggested, two at most. */
const LETTERS_FOR_A_FAULT = 4;
const MOST_WRONG = 2;
const LONGEST_COMPARED = 40;

/**
 * Returns the name of a zone that a refused text probably means: the same city or a country's own name for its zone
 * ("Berlin", "Japan"), or a name with a letter or two wrong. Null where there is none.
 */
export function nearestName(text: string): string | null {
  const asked = text.trim().toLowerCase().replace(/\s+/g, '_');
  if (['z', 'gmt', 'zulu', 'utc'].includes(asked)) return 'UTC';
  if (asked.length < 4 || asked.length > LONGEST_COMPARED) return null;
  const names = Intl.supportedValuesOf('timeZone');
  const city = names.find((name) => cityOf(name) === cityOf(asked));
  return city ?? resemblance(names, asked);
}

function cityOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase();
}

function resemblance(names: readonly string[], asked: string): string | null {
  const permitted = Math.min(Math.floor(cityOf(asked).length / LETTERS_FOR_A_FAULT), MOST_WRONG);
  let [nearest, fewest]: [string | null, number] = [null, permitted + 1];
  for (const name of names) {
    const other = asked.includes('/') ? name.toLowerCase() : cityOf(name);
    if (Math.abs(other.length - asked.length) >= fewest) continue;
    const wrong = distance(other, asked);
    if (wrong < fewest) [nearest, fewest] = [name, wrong];
  }
  return nearest;
}

/** Returns how many letters must be put in, taken out or replaced to make one text of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (const [above, letter] of Array.from(a).entries()) {
    const next = [above + 1];
    for (let place = 1; place <= b.length; place += 1) {
      const replaced = (row[place - 1] ?? 0) + (letter === b[place - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
