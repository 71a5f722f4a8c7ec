/** What the demo promises to show, and whether it has been seen. */

/** @typedef {{ label: string, state: 'held' | 'waiting' | 'broken', text: string }} Check */

const latest = (runs) => Math.max(...runs.map((run) => run.lateMs ?? 0));
const counts = (tenants, runs) =>
  tenants
    .map(({ name }) => `${name} ${runs.filter((run) => run.job.tenant.name === name).length}`)
    .join(', ');
const seenByEach = (tenants, runs, least) =>
  tenants.every(({ name }) => runs.filter((run) => run.job.tenant.name === name).length >= least);

/** A check on one kind of job: `isRight` says of a finished run whether it is what was expected of it. */
function ofKind(board, tenants, { kind, label, least = 1, most = Infinity, isRight, says }) {
  const ended = board.runsOf(kind).filter((run) => run.isFinal);
  const wrong = ended.find((run) => !isRight(run));
  if (wrong) {
    const text = `a run of ${wrong.job.tenant.name} ended as ${wrong.state} (HTTP ${wrong.httpStatus ?? '-'})`;
    return { label, state: 'broken', text };
  }
  if (ended.length > most * tenants.length) {
    return { label, state: 'broken', text: `it ran too often: ${counts(tenants, ended)}` };
  }
  const isSeen = seenByEach(tenants, ended, least);
  return { label, state: isSeen ? 'held' : 'waiting', text: isSeen ? says(ended) : '' };
}

function isolation({ isolation: probes }) {
  const label = 'Isolation';
  if (!probes) return { label, state: 'waiting', text: '' };
  const isHeld = probes.every((probe) => probe.ownStatus === 200 && probe.foreignStatus === 404);
  const text = probes
    .map(
      ({ asker, owner, jobId, foreignStatus }) =>
        `${asker} asks for ${owner}'s job ${jobId}: ${foreignStatus}`,
    )
    .join('; ');
  return { label, state: isHeld ? 'held' : 'broken', text };
}

function tokens(board, tenants) {
  const label = 'Tokens';
  const called = board.runs().filter((run) => run.calledFor !== null);
  const wrong = called.find((run) => run.calledFor !== run.job.tenant.name);
  if (wrong) {
    const text = `a run of ${wrong.job.tenant.name} was called with a token of ${wrong.calledFor}`;
    return { label, state: 'broken', text };
  }
  const { withoutToken, withForged } = board.application ?? {};
  if (!board.application || !seenByEach(tenants, called, 1)) return { label, state: 'waiting', text: '' };
  const isHeld = withoutToken === 401 && withForged === 401;
  const text = `${called.length} calls, each with its tenant's token; with none: ${withoutToken}, a forged one: ${withForged}`;
  return { label, state: isHeld ? 'held' : 'broken', text };
}

/** Returns how it stands with everything that the demo promises. */
export function checksOf(board, tenants) {
  return [
    ofKind(board, tenants, {
      kind: 'recurring',
      label: 'Every two seconds',
      least: 2,
      isRight: (run) => run.state === 'SUCCESS' && run.httpStatus === 200,
      says: (runs) =>
        `${runs.length} runs succeeded (${counts(tenants, runs)}), the latest ${latest(runs)} ms late`,
    }),
    ofKind(board, tenants, {
      kind: 'once',
      label: 'One-time "now"',
      most: 1,
      isRight: (run) => run.state === 'SUCCESS' && run.httpStatus === 200,
      says: (runs) => `called within ${latest(runs)} ms of being asked for, and not again`,
    }),
    ofKind(board, tenants, {
      kind: 'asynchronous',
      label: 'Asynchronous',
      isRight: (run) => run.state === 'SUCCESS' && run.httpStatus === 202,
      says: (runs) => `${runs.length} runs answered 202 and reported success later`,
    }),
    ofKind(board, tenants, {
      kind: 'failing',
      label: 'Failing endpoint',
      isRight: (run) => run.state === 'ERROR' && run.httpStatus === 500,
      says: (runs) => `${runs.length} runs on record as ERROR with HTTP 500 and the text of the answer`,
    }),
    isolation(board),
    tokens(board, tenants),
  ];
}

/** Returns whether everything has been seen. */
export const areAllHeld = (checks) => checks.every((check) => check.state === 'held');
