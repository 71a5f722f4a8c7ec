import { Controller, Get, Headers, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Describes } from '../http/answers.js';
import { Public } from '../http/scope.decorators.js';
import { Metrics } from '../telemetry/metrics.js';
import { MetricsGuard, MetricsRefusedFilter } from './metrics.guard.js';

/** The metrics of this process, for Prometheus. */
@Controller()
@UseGuards(MetricsGuard)
@UseFilters(MetricsRefusedFilter)
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Describes({
    summary: 'Metrics for Prometheus, in the format that Accept prefers; with METRICS_TOKEN its bearer only',
    answers: { 200: z.string(), 401: z.string() },
    media: ['text/plain', 'application/openmetrics-text'],
    refusalMedia: 'text/plain',
  })
  @Get('metrics')
  @Public()
  async read(@Headers('accept') accept: string | undefined, @Res() response: Response): Promise<void> {
    const { contentType, text } = await this.metrics.render(accept);
    // Sent as every text is: what is not read is bounded.
    response.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store', Vary: 'Accept' }).send(text);
  }
}
