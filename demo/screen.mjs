/** Where the demo is seen: a terminal, whose table is redrawn in place, or a file or pipe, which gets lines. */
import { chosenRuns, INTRO, summaryOf, Table } from './table.mjs';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const MOST_ROWS = 20;

/** Returns the screen for an output stream. */
export function screenOn(stream, env) {
  const isLive = stream.isTTY && env.TERM !== 'dumb';
  return isLive ? new LiveScreen(stream, !env.NO_COLOR) : new LineScreen(stream);
}

class LiveScreen {
  #stream;
  #isColoured;
  #lines = [];
  /** How many lines stand above what is drawn. */
  #above = INTRO.length + 1;

  constructor(stream, isColoured) {
    this.#stream = stream;
    this.#isColoured = isColoured;
    process.once('exit', () => this.#stream.write(SHOW_CURSOR));
    this.#stream.write(`${HIDE_CURSOR}${INTRO.join('\n')}\n\n`);
  }

  /** Says what happens before there is a table. */
  say(text) {
    this.#draw([this.#table().words(text, 'dim')]);
  }

  /** Writes lines that stay where they are, above the table. */
  keep(lines) {
    this.#draw([]);
    this.#stream.write(lines.map((line) => `${line}\n`).join(''));
    this.#above += lines.length;
  }

  /** Draws everything anew. */
  show({ board, checks }, status) {
    const table = this.#table();
    const height = this.#stream.rows ?? 40;
    // Beside the runs: the header, the checks, two blank lines, the status, the cursor's line and its reserve.
    const beside = checks.length + 6;
    // The introduction stays in sight where at least ten runs fit below it.
    const rows = Math.min(MOST_ROWS, height - beside, Math.max(10, height - beside - this.#above));
    this.#draw([
      table.header(),
      ...chosenRuns(board.runs(), Math.max(3, rows)).map((run) => table.run(run)),
      '',
      ...checks.map((check) => table.check(check)),
      '',
      table.words(status, 'dim'),
    ]);
  }

  noteEnded() {}

  /** Draws the last state and the closing words. */
  close(view, words) {
    if (view) this.show(view, '');
    this.#draw([...this.#lines.slice(0, view ? -1 : 0), ...words]);
  }

  #table() {
    return new Table({ columns: this.#stream.columns || 100, isColoured: this.#isColoured });
  }

  #draw(lines) {
    const up = this.#lines.length > 0 ? `\u001b[${this.#lines.length}A` : '';
    this.#stream.write(`${up}\r${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    this.#lines = lines;
  }
}

class LineScreen {
  #stream;
  #table = new Table({ columns: 100, isColoured: false });
  #hasHeader = false;

  constructor(stream) {
    this.#stream = stream;
    this.#print([...INTRO, '']);
  }

  say(text) {
    this.#print([text]);
  }

  keep(lines) {
    this.#print(lines);
  }

  show() {}

  /** Prints the runs that have ended. */
  noteEnded(runs) {
    if (runs.length > 0 && !this.#hasHeader) this.#print(['', this.#table.header()]);
    this.#hasHeader ||= runs.length > 0;
    this.#print(runs.map((run) => this.#table.run(run)));
  }

  close(view, words) {
    if (view) {
      const summary = summaryOf(view.watched, view.board.runs());
      this.#print(['', ...summary, '', ...view.checks.map((check) => this.#table.check(check)), '']);
    }
    this.#print(words);
  }

  #print(lines) {
    this.#stream.write(lines.map((line) => `${line}\n`).join(''));
  }
}
