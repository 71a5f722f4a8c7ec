import { jest } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { OperationRow } from '../../src/database/entities/operation.row.js';
import { AmqpChannel } from '../../src/notification/amqp.channel.js';
import { RunEndings, type EndedRun } from '../../src/run-log/run-endings.js';
import { RUN_KIND } from '../../src/schedule/request/run-operations.js';
import { startApp } from '../support/app.js';
import { mariaDb } from '../support/databases.js';
import { uuid } from '../database/rows.js';

/** Two operations that wait for runs of two service instances, whose ends therefore wait for nothing of each other. */
async function setup() {
  const { app, clock } = await startApp({ env: { DATABASE_URL: await mariaDb.createUrl() } });
  const database = app.get(Database, { strict: false });
  const endings = app.get(RunEndings, { strict: false });
  const hints = jest.spyOn(app.get(AmqpChannel, { strict: false }), 'publish');
  const operation = (number: number) =>
    Object.assign(new OperationRow(), {
      ...{ id: uuid(number), instanceId: number, tenancyId: number, isInstance: false, kind: RUN_KIND },
      ...{ state: 'running', actor: 'me', runId: uuid(number), input: '{}', work: null, statusCode: null },
      ...{
        reasonCode: null,
        results: null,
        createdAt: clock.now(),
        endedAt: null,
        heldBy: null,
        heldUntil: 0,
      },
    });
  await database.transaction((tx) => tx.manager.insert(OperationRow, [operation(1), operation(2)]));
  const endedRun = (number: number): EndedRun => ({
    ...{ runId: uuid(number), scheduleId: uuid(100 + number), tenancyId: number, origin: 'request' },
    ...{ scheduleKind: null, job: null, policy: null, plannedAt: clock.now(), dueAt: clock.now() },
    ...{ state: 'SUCCESS', httpStatus: 200, endedAt: clock.now(), endText: 'done', isCanceled: false },
    ...{ executedAt: null, awaitedFrom: null, wasBegun: false, isRepeated: false },
  });
  /** Settles the end of a run, and commits when it is told to. */
  const settle = async (number: number) => {
    let commit: () => void = () => undefined;
    let fail: (reason: Error) => void = () => undefined;
    const told = new Promise<void>((resolve, reject) => {
      commit = resolve;
      fail = reject;
    });
    let settled: () => void = () => undefined;
    const isSettled = new Promise<void>((resolve) => (settled = resolve));
    const over = database.transaction(async (tx) => {
      await endings.settle(tx, [endedRun(number)]);
      settled();
      await told;
    });
    await isSettled;
    return { commit: () => (commit(), over), rollBack: () => (fail(new Error('refused')), over) };
  };
  return { settle, hints };
}

describe('the hint that operations have ended', () => {
  it('comes once after each commit, whichever of two that overlap commits first', async () => {
    const { settle, hints } = await setup();
    const a = await settle(1);
    const b = await settle(2);
    expect(hints).not.toHaveBeenCalled();
    await b.commit();
    expect(hints).toHaveBeenCalledTimes(1);
    await a.commit();
    expect(hints).toHaveBeenCalledTimes(2);
  });

  it('does not come for a transaction that was rolled back, nor is it lost for the other', async () => {
    const { settle, hints } = await setup();
    const a = await settle(1);
    const b = await settle(2);
    await expect(a.rollBack()).rejects.toThrow('refused');
    expect(hints).not.toHaveBeenCalled();
    await b.commit();
    expect(hints).toHaveBeenCalledTimes(1);
  });
});
