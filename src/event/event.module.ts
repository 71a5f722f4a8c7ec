import { Module } from '@nestjs/common';
import { EventChores } from './event-chores.js';
import { EventFeed } from './event-feed.js';
import { EventStreamService } from './event-stream.service.js';
import { EventController } from './event.controller.js';
import { EventStore } from './event.store.js';
import { StreamWatch } from './stream-watch.js';
import { StreamStore } from './stream.store.js';

/** The ends of operations as events, and the streams that send them to clients. */
@Module({
  controllers: [EventController],
  providers: [EventChores, EventFeed, EventStore, EventStreamService, StreamStore, StreamWatch],
  exports: [EventFeed],
})
export class EventModule {}
