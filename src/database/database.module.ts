import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock, SystemClock } from '../core/clock.js';
import { ChoreLease } from './chore-lease.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';
import { Sealing } from './sealing.js';

/** Provides the Database (connected and migrated), the Clock, the Sealing of secrets and the leases of chores to every module. */
@Global()
@Module({
  providers: [
    ChoreLease,
    {
      provide: Database,
      useFactory: (config: Config) => openDatabase(config.databaseUrl, config),
      inject: [CONFIG],
    },
    { provide: Clock, useClass: SystemClock },
    {
      provide: Sealing,
      useFactory: (config: Config) => new Sealing(config.keyEncryptionSecret),
      inject: [CONFIG],
    },
  ],
  exports: [Database, Clock, Sealing, ChoreLease],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
