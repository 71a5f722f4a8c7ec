import { Module } from '@nestjs/common';
import { AmqpChannel } from './amqp.channel.js';
import { NotificationChores } from './notification-chores.js';
import { Outbox } from './outbox.js';
import { OutboxStore } from './outbox.store.js';

/** Messages that are sent to receivers outside the service without a request. */
@Module({
  providers: [AmqpChannel, NotificationChores, Outbox, OutboxStore],
  exports: [AmqpChannel, Outbox],
})
export class NotificationModule {}
