/** What was asked for on the command line. */
export interface Options {
  readonly workloads: readonly string[];
  /** Smaller numbers and one round: a look, not a measurement. */
  readonly isQuick: boolean;
  readonly idleSeconds: number;
  readonly rounds: number;
  /** Peers to leave out, said so in the result. */
  readonly without: readonly string[];
}

export const USAGE = `npm run bench -- dispatch [workload...] [--quick] [--idle-seconds N] [--rounds N] [--without peer,...]`;

/** Parses the words after the name of the benchmark; throws for one that is not known. */
export function readOptions(words: readonly string[], known: readonly string[]): Options {
  const workloads: string[] = [];
  let isQuick = false;
  let idleSeconds: number | null = null;
  let rounds: number | null = null;
  let without: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--quick') isQuick = true;
    else if (word === '--idle-seconds') idleSeconds = wholeNumber(word, rest.shift());
    else if (word === '--rounds') rounds = wholeNumber(word, rest.shift());
    else if (word === '--without') without = (rest.shift() ?? '').split(',');
    else if (known.includes(word)) workloads.push(word);
    else throw new Error(`'${word}' is not known.\n${USAGE}\nWorkloads: ${known.join(', ')}`);
  }
  return {
    workloads: workloads.length > 0 ? workloads : known,
    isQuick,
    idleSeconds: idleSeconds ?? (isQuick ? 30 : 300),
    rounds: rounds ?? (isQuick ? 1 : 3),
    without,
  };
}

function wholeNumber(name: string, word: string | undefined): number {
  if (word === undefined || !/^[1-9]\d*$/.test(word))
    throw new Error(`${name} takes a whole number.\n${USAGE}`);
  return Number(word);
}
