import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks';

/** How often the delay is sampled. Every sample wakes an idle process. */
const SAMPLE_EVERY_MS = 100;
/** A reading tells of at least so long. */
const WINDOW_MS = 60_000;
const NS_PER_SECOND = 1e9;

/** How late the event loop was, in seconds beyond the period of the timer that finds it out, and which part of the time it worked. */
export interface LoopReading {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly utilization: number;
}

/** What is used of a monitor of Node.js; its values are in nanoseconds and contain the timer's period. */
export interface DelayMonitor {
  readonly max: number;
  percentile(percentile: number): number;
  reset(): void;
  disable(): void;
}

/** Where the samples come from. */
export interface LoopSource {
  monitor(everyMs: number): DelayMonitor;
  utilization(): EventLoopUtilization;
  /** Milliseconds that only go up. */
  now(): number;
}

/** Samples since a moment. */
interface Window {
  readonly delays: DelayMonitor;
  since: number;
  busy: EventLoopUtilization;
}

/**
 * The delay of the event loop over a window that does not depend on who asks: two who read by turns see the same, where a
 * monitor that each reader resets would show each only what came after the other. Two windows overlap, and the older one is
 * read: it has the last one to two minutes, or everything since the last reading where that is longer ago. The two timers
 * begin together and stay together, so that they wake an idle process as often as one does.
 */
export class EventLoop {
  private older: Window;
  private younger: Window;

  constructor(private readonly source: LoopSource = NODE) {
    this.older = this.open();
    this.younger = this.open();
  }

  /** Returns the reading of now; when a window is full, the next one takes its place. */
  read(): LoopReading {
    const { delays, busy } = this.older;
    const reading = {
      p50: seconds(delays.percentile(50)),
      p99: seconds(delays.percentile(99)),
      max: seconds(delays.max),
      utilization: utilization(busy, this.source.utilization()),
    };
    if (this.source.now() - this.younger.since >= WINDOW_MS) this.turn();
    return reading;
  }

  close(): void {
    this.older.delays.disable();
    this.younger.delays.disable();
  }

  private turn(): void {
    const emptied = this.older;
    emptied.delays.reset();
    emptied.since = this.source.now();
    emptied.busy = this.source.utilization();
    [this.older, this.younger] = [this.younger, emptied];
  }

  private open(): Window {
    const delays = this.source.monitor(SAMPLE_EVERY_MS);
    return { delays, since: this.source.now(), busy: this.source.utilization() };
  }
}

/** Without any sample Node.js says 0, and the loop may be a moment early. */
function seconds(ns: number): number {
  return Math.max(0, ns / NS_PER_SECOND - SAMPLE_EVERY_MS / 1_000);
}

function utilization(from: EventLoopUtilization, to: EventLoopUtilization): number {
  const active = to.active - from.active;
  const all = active + to.idle - from.idle;
  return all > 0 ? active / all : 0;
}

const NODE: LoopSource = {
  monitor: (everyMs) => {
    const histogram = monitorEventLoopDelay({ resolution: everyMs });
    histogram.enable();
    return histogram;
  },
  utilization: () => performance.eventLoopUtilization(),
  now: () => performance.now(),
};
