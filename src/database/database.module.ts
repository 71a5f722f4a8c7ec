import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock, SystemClock } from '../core/clock.js';
import { DatabaseClock } from './connection/database-clock.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';
import { Sealing } from './sealing/sealing.js';

/**
 * Returns the clock that the replicas of a database share, measured before anything is planned by it; an embedded
 * database has none, and one process.
 */
async function clockOf(database: Database): Promise<Clock> {
  const host = new SystemClock();
  const ask = () => database.read((tx) => tx.dialect.databaseNow(tx), 'upkeep');
  if ((await ask()) === null) return host;
  return DatabaseClock.start({
    host,
    ticks: () => performance.now(),
    // A server always has one; asking it again is answered as the first time.
    ask: async () => (await ask()) ?? host.now(),
  });
}

/** Provides the Database (connected and migrated), the Clock and the Sealing of secrets to every module. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: (config: Config) => openDatabase(config.databaseUrl, config),
      inject: [CONFIG],
    },
    { provide: Clock, useFactory: clockOf, inject: [Database] },
    {
      provide: Sealing,
      useFactory: (config: Config) => new Sealing(config.keyEncryptionSecret),
      inject: [CONFIG],
    },
  ],
  exports: [Database, Clock, Sealing],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
