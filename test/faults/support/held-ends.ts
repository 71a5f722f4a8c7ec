import { createConnection, type Connection } from 'mysql2/promise';
import { until } from '../../support/look-again.js';

const REACHED_WITHIN_MS = 10_000;
const WAITS_MS = 200;

/**
 * Holds the row that numbers completions. A transaction that ends runs for which operations wait takes it last: so it has
 * written everything, and is not committed, until this is released.
 */
export class HeldEnds {
  private constructor(private readonly connection: Connection) {}

  static async start(databaseUrl: string): Promise<HeldEnds> {
    const connection = await createConnection({ uri: databaseUrl });
    // The server may be what a test ends.
    connection.on('error', () => undefined);
    await connection.beginTransaction();
    await connection.query('SELECT last FROM event_sequence FOR UPDATE');
    return new HeldEnds(connection);
  }

  /** Resolves once so many statements of others wait, for this or for each other: none else takes as long. */
  reachedBy(statements: number): Promise<void> {
    return until(`${statements} statements wait`, REACHED_WITHIN_MS, async () => {
      const [rows] = await this.connection.query(
        `SELECT COUNT(*) AS n FROM information_schema.processlist
         WHERE db = DATABASE() AND command = 'Query' AND id <> CONNECTION_ID() AND time_ms > ${WAITS_MS}`,
      );
      return ((rows as { n: number }[])[0]?.n ?? 0) >= statements;
    });
  }

  /** Lets them go on, however the server is. */
  release(): void {
    this.connection.destroy();
  }
}
