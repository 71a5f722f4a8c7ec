import { Module } from '@nestjs/common';
import { NotificationStore } from './notification.store.js';

/** What the outside is told without asking. */
@Module({
  providers: [NotificationStore],
  exports: [NotificationStore],
})
export class NotificationModule {}
