/** What was seen of every run: the run log of the service, and the call as the application noticed it. */

/** States in which a run stays. */
const FINAL = ['SUCCESS', 'ERROR', 'REQUEST_ERROR', 'UNKNOWN', 'TIMEOUT'];

const instantOf = (utcText) => Date.parse(`${utcText.replace(' ', 'T')}Z`);

/**
 * @typedef {object} Run
 * @property {object} job the watched job, its tenant within
 * @property {string} runId
 * @property {number} plannedAt whole seconds, as on the wire
 * @property {string} state
 * @property {boolean} isFinal
 * @property {number | null} httpStatus
 * @property {number | null} lateMs from the planned time to the arrival of the call at the application
 * @property {string | null} calledFor the tenant that the application knew from the token of the call
 * @property {string} text
 */
export class Board {
  /** @type {Map<string, Run>} */
  #runs = new Map();
  #calls = new Map();
  /** What the probes were answered; undefined until they were made. */
  isolation;
  application;

  /** Takes a call that the application let in. */
  noteCall(call) {
    this.#calls.set(call.runId, call);
  }

  /** Takes the newest run logs of a job; returns the runs that have come to their end since the last time. */
  noteRunLogs(job, logs) {
    const ended = [];
    for (const log of logs) {
      const before = this.#runs.get(log.runId);
      if (before?.isFinal) continue;
      const run = this.#runOf(job, log);
      this.#runs.set(run.runId, run);
      if (run.isFinal) ended.push(run);
    }
    // What was planned and is planned no more has been dropped.
    const listed = new Set(logs.map((log) => log.runId));
    for (const run of this.runs()) {
      if (run.job === job && run.state === 'SCHEDULED' && !listed.has(run.runId))
        this.#runs.delete(run.runId);
    }
    return ended.reverse();
  }

  /** Returns all runs, the earliest planned first. */
  runs() {
    return [...this.#runs.values()].sort((a, b) => a.plannedAt - b.plannedAt);
  }

  /** Returns the runs of one kind of job that are over or have at least been called. */
  runsOf(kind) {
    return this.runs().filter((run) => run.job.kind === kind && run.state !== 'SCHEDULED');
  }

  #runOf(job, log) {
    const transitions = JSON.parse(log.runText);
    const plannedAt = instantOf(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.exec(transitions[0].text)[0]);
    const call = this.#calls.get(log.runId);
    // A run that is to start now was planned when it was asked for; the wire shows that in whole seconds only.
    const dueAt = job.kind === 'once' ? job.requestedAt : plannedAt;
    return {
      job,
      runId: log.runId,
      plannedAt,
      state: log.runState,
      isFinal: FINAL.includes(log.runState),
      httpStatus: log.httpStatus,
      lateMs: call ? call.arrivedAt - dueAt : null,
      calledFor: call?.tenant ?? null,
      text: log.runState === 'SCHEDULED' ? 'planned' : transitions.at(-1).text,
    };
  }
}
