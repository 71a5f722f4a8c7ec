import { Module } from '@nestjs/common';
import { NotificationChores } from './notification-chores.js';
import { NotificationPublisher } from './notification.publisher.js';
import { NotificationStore } from './notification.store.js';

/** What the outside is told without asking. */
@Module({
  providers: [NotificationChores, NotificationPublisher, NotificationStore],
  exports: [NotificationPublisher, NotificationStore],
})
export class NotificationModule {}
