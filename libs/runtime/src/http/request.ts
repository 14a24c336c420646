import type { Readable } from 'node:stream';
import type { Principal } from '@sightline/contracts';
import type { FastifyRequest } from 'fastify';

/** A request as our guard and parsers leave it. Bodies that are not JSON arrive as streams, inflated and bounded. */
export type Request = FastifyRequest & { principal?: Principal | null; body: unknown };

export function streamOf(request: Request): Readable | null {
  const body = request.body;
  return typeof body === 'object' && body !== null && 'pipe' in body ? (body as Readable) : null;
}
