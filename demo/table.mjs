/** The words and lines of the demo: at most as wide as the terminal, readable at 100 columns. */

export const INTRO = [
  'Two tenants of one application, acme and globex, have their jobs kept by one Carillon, which calls',
  "the application on time with each tenant's own token. Below you see every run as it is planned,",
  'called and ended, how late the call came, and what one tenant sees of the other.',
];

const COLUMNS = [
  { title: 'tenant', width: 6 },
  { title: 'job', width: 12 },
  { title: 'schedule', width: 9 },
  { title: 'planned', width: 8 },
  { title: 'state', width: 13 },
  { title: 'HTTP', width: 4, isRight: true },
  { title: 'late', width: 7, isRight: true },
  { title: 'text', width: Infinity },
];
const GAP = '  ';
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
const COLOURS = {
  SCHEDULED: 'dim',
  TRIGGERED: 'cyan',
  ACK_RECVD: 'yellow',
  SUCCESS: 'green',
  ERROR: 'red',
  REQUEST_ERROR: 'red',
};
const MARKS = { held: ['✓', 'green'], waiting: ['·', 'dim'], broken: ['✗', 'red'] };

/** Lines for a place that shows so many columns, in colour or not. */
export class Table {
  constructor({ columns, isColoured }) {
    this.columns = columns;
    this.isColoured = isColoured;
  }

  paint(colour, text) {
    return this.isColoured && colour ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
  }

  header() {
    return this.paint('bold', this.#row(COLUMNS.map((column) => column.title)).join(GAP));
  }

  /** One run. */
  run(run) {
    const cells = this.#row([
      run.job.tenant.name,
      run.job.name,
      run.job.shows,
      new Date(run.plannedAt).toISOString().slice(11, 19),
      run.state,
      run.httpStatus === null ? '' : String(run.httpStatus),
      run.lateMs === null ? '' : `${run.lateMs} ms`,
      run.text.replace(/\s+/g, ' '),
    ]);
    if (run.state === 'SCHEDULED') return this.paint('dim', cells.join(GAP));
    cells[4] = this.paint(COLOURS[run.state], cells[4]);
    return cells.join(GAP);
  }

  /** One promise of the demo. */
  check({ label, state, text }) {
    const [mark, colour] = MARKS[state];
    const line = this.#cut(`${label.padEnd(18)} ${text || (state === 'waiting' ? 'not yet seen' : '')}`, 2);
    return `${this.paint(colour, mark)} ${state === 'waiting' ? this.paint('dim', line) : line}`;
  }

  /** A line of plain words. */
  words(text, colour) {
    return this.paint(colour, this.#cut(text, 0));
  }

  #row(texts) {
    let left = this.columns;
    return COLUMNS.map(({ width, isRight }, index) => {
      const room = Math.min(width, Math.max(left, 0));
      left -= room + GAP.length;
      const text =
        texts[index].length > room ? `${texts[index].slice(0, Math.max(room - 1, 0))}…` : texts[index];
      if (width === Infinity) return text;
      return isRight ? text.padStart(room) : text.padEnd(room);
    });
  }

  #cut(text, indent) {
    const room = this.columns - indent;
    return text.length > room ? `${text.slice(0, room - 1)}…` : text;
  }
}

/** Returns which runs a table of so many rows shows: the newest, and below them what is planned next. */
export function chosenRuns(runs, rows) {
  const planned = runs.filter((run) => run.state === 'SCHEDULED').slice(0, Math.floor(rows / 3));
  const past = runs.filter((run) => run.state !== 'SCHEDULED').slice(planned.length - rows);
  return [...past, ...planned];
}

/** Returns the lines of a summary: one for each job. */
export function summaryOf(watched, runs) {
  const widths = [8, 14, 11, 6, 11, 8, 13, 11];
  const line = (cells) =>
    cells
      .map((cell, index) => String(cell).padEnd(widths[index]))
      .join('')
      .trimEnd();
  return [
    line(['tenant', 'job', 'schedule', 'runs', 'succeeded', 'failed', 'late: median', 'at most']),
    ...watched.map((job) => {
      const ended = runs.filter((run) => run.job === job && run.isFinal);
      const late = ended.flatMap((run) => run.lateMs ?? []).sort((a, b) => a - b);
      const succeeded = ended.filter((run) => run.state === 'SUCCESS').length;
      const ms = (value) => (value === undefined ? '-' : `${value} ms`);
      const counts = [ended.length, succeeded, ended.length - succeeded];
      const lateness = [ms(late[Math.floor(late.length / 2)]), ms(late.at(-1))];
      return line([job.tenant.name, job.name, job.shows, ...counts, ...lateness]);
    }),
  ];
}
