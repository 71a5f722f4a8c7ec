import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { VERSION } from '../config/version.js';
import { EventLoop, type LoopReading } from './event-loop.js';
import { Metrics } from './metrics.js';

/** What runs, and how busy its event loop is. */
@Injectable()
export class ProcessMetrics implements OnApplicationShutdown {
  private readonly loop = new EventLoop();

  constructor(metrics: Metrics) {
    metrics
      .gauge('carillon_build_info', 'Always 1; its labels tell the version of Carillon and of Node.js', {
        labels: ['version', 'node'],
      })
      .set({ version: VERSION, node: process.version }, 1);
    this.publish(metrics);
  }

  onApplicationShutdown(): void {
    this.loop.close();
  }

  private publish(metrics: Metrics): void {
    // One reading for one answer: the gauges of a registry are asked in the order in which they were made.
    let reading: LoopReading = this.loop.read();
    const gauge = (name: string, help: string, value: () => number) =>
      metrics.gauge(name, help, { collect: (its) => its.set(value()) });
    const over = 'over the last one to two minutes, or since the last reading where that is longer ago';
    gauge(
      'nodejs_eventloop_delay_p50_seconds',
      `How late the event loop was in the median, ${over}`,
      () => (reading = this.loop.read()).p50,
    );
    gauge(
      'nodejs_eventloop_delay_p99_seconds',
      'How late the event loop was in the 99th percentile, over the same time',
      () => reading.p99,
    );
    gauge(
      'nodejs_eventloop_delay_max_seconds',
      'How late the event loop was at most, over the same time',
      () => reading.max,
    );
    gauge(
      'nodejs_eventloop_utilization_ratio',
      'Which part of the same time the event loop worked and did not wait for anything',
      () => reading.utilization,
    );
  }
}
