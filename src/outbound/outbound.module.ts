import { Module } from '@nestjs/common';
import { JsonClient } from './json-client.js';
import { OutboundGuard } from './outbound-guard.js';
import { OutboundRefusals } from './outbound-refusals.js';

/** What this service may connect to, and the client for calls to other services of the platform. */
@Module({
  providers: [JsonClient, OutboundGuard, OutboundRefusals],
  exports: [JsonClient, OutboundGuard],
})
export class OutboundModule {}
