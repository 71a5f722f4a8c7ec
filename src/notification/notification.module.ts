import { Module } from '@nestjs/common';
import { NotificationPublisher } from './notification.publisher.js';
import { NotificationStore } from './notification.store.js';

/** What the outside is told without asking. */
@Module({
  providers: [NotificationPublisher, NotificationStore],
  exports: [NotificationPublisher, NotificationStore],
})
export class NotificationModule {}
