import { jest } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { OperationStarter } from '../../src/operation/operation-starter.js';
import { TENANTS } from '../support/app.js';
import { databaseKinds } from '../support/databases.js';
import { tokenFor } from '../auth/setup.js';
import { startOperations } from './operation-setup.js';

const BODY = JSON.stringify([{ name: 'imported', action: 'https://app.example.com/x' }]);

describe.each(databaseKinds)('imports that are sent at once on $name', (kind) => {
  async function setup() {
    const service = await startOperations(kind, { DISPATCH: 'off' });
    const token = await tokenFor(service, service.uaa, TENANTS.acme);
    const begin = () => {
      const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1');
      const head = [
        'POST /scheduler/import HTTP/1.1',
        ...['Host: a', 'Connection: close', 'Content-Type: application/json'],
        ...[`Authorization: Bearer ${token}`, `Content-Length: ${BODY.length}`],
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      return socket;
    };
    return { ...service, begin };
  }

  const statusOf = async (socket: Socket) => Number((await text(socket)).split(' ')[1]);

  it('are read two of one tenant at a time, and another tenant does not wait for them', async () => {
    const { app, begin, acme, beta } = await setup();
    const starter = app.get(OperationStarter, { strict: false });
    const refuseTooMany = starter.refuseTooMany.bind(starter);
    let entered = 0;
    const bothEntered = new Promise<void>((resolve) => {
      jest.spyOn(starter, 'refuseTooMany').mockImplementation((scope) => {
        if (++entered === 2) resolve();
        return refuseTooMany(scope);
      });
    });
    const [first, second] = [begin(), begin()];
    await bothEntered;

    const answered: string[] = [];
    const third = acme.post('/scheduler/import', JSON.parse(BODY)).then(({ status }) => {
      answered.push(`third ${status}`);
    });
    const { status } = await beta.post('/scheduler/import', JSON.parse(BODY));
    answered.push(`other ${status}`);
    first.write(BODY);
    expect(await statusOf(first)).toBe(202);
    await third;
    expect(answered).toEqual(['other 202', 'third 202']);
    second.write(BODY);
    expect(await statusOf(second)).toBe(202);
  });

  it('are refused unread where the tenant has a hundred operations open', async () => {
    const { acme, begin } = await setup();
    const order = { filter: "contains(name, 'nothing')" };
    for (let n = 0; n < 100; n++) await acme.post('/scheduler/jobs/operations/deactivate', order).expect(202);
    expect(await statusOf(begin())).toBe(429);
  });
});
