import { Module } from '@nestjs/common';
import { JsonClient } from './json-client.js';
import { OutboundGuard } from './outbound-guard.js';

/** What the service may connect to, and the calls that it makes for itself. */
@Module({
  providers: [JsonClient, OutboundGuard],
  exports: [JsonClient, OutboundGuard],
})
export class OutboundModule {}
