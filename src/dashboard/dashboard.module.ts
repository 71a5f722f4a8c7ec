import { join } from 'node:path';
import { Logger, Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { readPageFiles } from './page-files.js';
import { PageServer } from './page-server.js';

/** The build of `web/`. The path works in `src` and in `dist`, because this file is equally deep in both. */
const BUILD = join(import.meta.dirname, '../../dist/web');

/** The dashboard's pages. With `DASHBOARD=off` there is no such module. */
@Module({})
export class DashboardModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    const files = readPageFiles(BUILD);
    if (!files) new Logger('Dashboard').warn('The pages of the dashboard are not built: run npm run build.');
    consumer.apply(new PageServer(files).answer).forRoutes('dashboard', 'dashboard/{*path}');
  }
}
