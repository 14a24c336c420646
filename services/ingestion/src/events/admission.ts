import type { IncomingMessage, ServerResponse } from 'node:http';
import { BusyError } from '@sightline/contracts';
import { problemOf } from '@sightline/runtime';
import type { IntakeMetrics } from '../metrics';

const RETRY_AFTER_SECONDS = 1;

/**
 * Bounds the memory that bodies take together. Each is counted before a byte of it is read, by what it declares or, packed or undeclared, by
 * the most it could be, until its answer has left. Beyond the limit the answer is 503 with Retry-After.
 */
export class Admission {
  private inFlight = 0;

  constructor(
    private readonly bytesMax: number,
    private readonly metrics: IntakeMetrics,
  ) {}

  admit(request: IncomingMessage, response: ServerResponse, bodyMax: number, next: () => void): void {
    const bytes = Math.min(bodyMax, declaredBytes(request) ?? bodyMax);
    if (this.inFlight > 0 && this.inFlight + bytes > this.bytesMax) return this.refuse(request, response);
    this.count(bytes);
    response.once('close', () => this.count(-bytes));
    next();
  }

  private count(bytes: number): void {
    this.inFlight += bytes;
    this.metrics.bytesInFlight.set(this.inFlight);
  }

  private refuse(request: IncomingMessage, response: ServerResponse): void {
    const busy = new BusyError('intake-full', 'too much is on its way already; send all of it again later', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
    const headers = { 'Content-Type': 'application/problem+json; charset=utf-8', 'Retry-After': RETRY_AFTER_SECONDS };
    // Read and dropped: who is still sending would otherwise lose the answer with the connection.
    request.resume();
    response.writeHead(busy.status, headers).end(JSON.stringify(problemOf(busy)));
  }
}

function declaredBytes({ headers }: IncomingMessage): number | null {
  const declared = Number(headers['content-length'] ?? NaN);
  return headers['content-encoding'] === undefined && Number.isSafeInteger(declared) ? declared : null;
}
