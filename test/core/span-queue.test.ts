import type { Span } from '../../src/telemetry/trace/span.js';
import { SpanQueue, type SpanExport } from '../../src/telemetry/trace/span-queue.js';

const LIMITS = { mostSpans: 20, mostPerRequest: 5, mostWaitMs: 60_000 };

/** A queue before an endpoint that takes each request only when it is told to. */
function setup() {
  const requests: string[][] = [];
  const open: ((error?: Error) => void)[] = [];
  let exported = 0;
  const dropped = new Map<string, number>();
  let isOpened = false;
  let mostAtOnce = 0;
  const out: SpanExport = {
    send: (spans) => {
      requests.push(spans.map(({ name }) => name));
      mostAtOnce = Math.max(mostAtOnce, open.length + 1);
      return new Promise((resolve, reject) => open.push((error) => (error ? reject(error) : resolve())));
    },
    close: () => open.splice(0).forEach((answer) => answer(new Error('broken off'))),
  };
  const queue = new SpanQueue(
    () => {
      isOpened = true;
      return Promise.resolve(out);
    },
    LIMITS,
    {
      exported: (spans) => (exported += spans),
      dropped: (spans, reason) => dropped.set(reason, (dropped.get(reason) ?? 0) + spans),
    },
  );
  const add = (count: number) => {
    for (let n = 0; n < count; n++) queue.add({ name: `${n}` } as Span);
  };
  /** Lets everything go on that waits for nothing else. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const answer = async (error?: Error) => {
    open.shift()?.(error);
    await settled();
  };
  const seen = () => ({ exported, dropped: Object.fromEntries(dropped), isOpened, mostAtOnce });
  return { queue, add, requests, settled, answer, seen };
}

describe('The queue of spans', () => {
  it('opens the way out with the first request, and not before', async () => {
    const { add, settled, seen } = setup();
    add(4);
    await settled();
    expect(seen().isOpened).toBe(false);
    add(1);
    await settled();
    expect(seen().isOpened).toBe(true);
  });

  it('sends requests of a limited size, one at a time, and keeps what fills none for the next', async () => {
    const { add, requests, settled, answer, seen } = setup();
    add(12);
    await settled();
    expect(requests).toEqual([['0', '1', '2', '3', '4']]);
    await answer();
    await answer();
    expect(requests.map(({ length }) => length)).toEqual([5, 5]);
    expect(seen()).toMatchObject({ exported: 10, dropped: {}, mostAtOnce: 1 });
  });

  it('sends what fills no request too where it is flushed', async () => {
    const { queue, add, requests, settled, answer } = setup();
    add(2);
    const flushed = queue.flush();
    await settled();
    await answer();
    await flushed;
    expect(requests).toEqual([['0', '1']]);
  });

  it('drops and counts what is more than it holds while an endpoint hangs', async () => {
    const { add, settled, answer, seen } = setup();
    add(5);
    await settled();
    add(50);
    expect(seen()).toMatchObject({ exported: 0, dropped: { 'more were made than the endpoint takes': 30 } });
    for (let n = 0; n < 5; n++) await answer();
    expect(seen()).toMatchObject({ exported: 25, mostAtOnce: 1 });
  });

  it('drops and counts what is refused, and goes on with what follows', async () => {
    const { add, settled, answer, seen } = setup();
    add(10);
    await settled();
    await answer(new Error('it answered HTTP 500'));
    await answer();
    expect(seen()).toMatchObject({ exported: 5, dropped: { 'it answered HTTP 500': 5 } });
  });

  it('breaks off at the end what is not taken in time, and takes nothing more', async () => {
    const { queue, add, settled, seen } = setup();
    add(12);
    await settled();
    await queue.close(1);
    add(1);
    expect(seen()).toMatchObject({
      exported: 0,
      dropped: { 'broken off': 5, 'the service has stopped': 8 },
    });
  });
});
