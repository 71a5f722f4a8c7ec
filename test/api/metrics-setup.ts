import { startApp } from '../support/app.js';
import { countsOf, samplesOf, type Samples } from '../support/samples.js';

/** Starts the application, and reads its metrics. */
export async function startMeasured(env: Record<string, string> = {}) {
  const app = await startApp({ env });
  const read = async () => samplesOf((await app.http.get('/metrics').expect(200)).text);
  /** What of a counter has come since the samples of before. */
  const since = async (before: Samples, name: string) => {
    const now = await read();
    const change = new Map([...now].map(([series, value]) => [series, value - (before.get(series) ?? 0)]));
    return countsOf(change, name);
  };
  return { ...app, read, since };
}
