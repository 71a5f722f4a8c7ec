import { Injectable } from '@nestjs/common';
import { SECOND_MS } from '../core/instant.js';
import { REPEAT_REASONS } from '../database/database-watcher.js';
import { Database } from '../database/database.js';
import { beginAtZero, Metrics, SECONDS } from '../telemetry/metrics.js';

/** Work is given up after so many seconds. */
const MOST_WAIT_SECONDS = 30;

/** How this process gets on with its database. An embedded one counts as one connection; its queue waits for that. */
@Injectable()
export class DatabaseMetrics {
  constructor(metrics: Metrics, database: Database) {
    metrics.gauge(
      'carillon_database_connections',
      'Connections to the database by what they do: used, idle',
      {
        labels: ['state'],
        collect: (gauge) => {
          const { used, idle } = database.load;
          gauge.set({ state: 'used' }, used);
          gauge.set({ state: 'idle' }, idle);
        },
      },
    );
    metrics.gauge('carillon_database_waiting', 'Pieces of work that wait because no connection is free', {
      collect: (gauge) => gauge.set(database.load.waiting),
    });
    const waits = metrics.histogram(
      'carillon_database_wait_seconds',
      'How long work waited for a connection to the database',
      [...SECONDS, MOST_WAIT_SECONDS],
    );
    const repeats = metrics.counter(
      'carillon_database_repeats_total',
      'Transactions that were run again, by reason: deadlock (others held what they need), lost (the connection or the server), commit (undone at the COMMIT)',
      ['reason'],
    );
    beginAtZero(
      repeats,
      REPEAT_REASONS.map((reason) => ({ reason })),
    );
    database.watch({
      onWaited: (ms) => waits.observe(ms / SECOND_MS),
      onRepeated: (reason) => repeats.inc({ reason }),
    });
  }
}
