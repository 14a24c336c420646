/** Where "now" comes from. Only shells ask; the core takes nowMs as an argument. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  nowMs(): number;
  /** Resolves after `ms`, at once when the signal aborts. Never rejects. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}
