import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';

/** Says in the log when the service begins to stop and when it has stopped. The start is told by `main.ts`. */
@Injectable()
export class LifecycleLog implements OnModuleDestroy, OnApplicationShutdown {
  private readonly log = new Logger('Carillon');

  onModuleDestroy(): void {
    this.log.log('Stopping: no new work is begun, and open calls come to their end.');
  }

  onApplicationShutdown(signal?: string): void {
    this.log.log(`Stopped${signal === undefined ? '' : ` by ${signal}`}.`);
  }
}
