import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { Clock, SystemClock } from '../core/clock.js';
import { Database } from './database.js';
import { openDatabase } from './open-database.js';

/** Provides the Database (connected and migrated) and the Clock to every module. */
@Global()
@Module({
  providers: [
    { provide: Database, useFactory: (config: Config) => openDatabase(config.databaseUrl), inject: [CONFIG] },
    { provide: Clock, useClass: SystemClock },
  ],
  exports: [Database, Clock],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
