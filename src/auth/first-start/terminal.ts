/** Where the service speaks to the person who started it, beside the log. */
export abstract class Terminal {
  abstract say(text: string): void;
}

/** The standard output. */
export class StandardOutput extends Terminal {
  say(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}
