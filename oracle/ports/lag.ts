/** Whether this process was too busy to time anything. */
export interface LagMonitor {
  /** Whether the event loop stood still for longer than tolerated at some time since then (monotonic microseconds). */
  stalledSince(startUs: number): boolean;
}
