import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { InputError } from '@sightline/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJson } from './json';
import type { Request } from './request';
import { streamOf } from './request';

/** Bytes of a body unless the route allows more. */
export const BODY_BYTES = 1_048_576;

/** How many bytes, inflated, the body of a route may have. */
export const BodyLimit = (bytes: number): MethodDecorator => RouteConfig({ bodyBytes: bytes });

function limitOf(request: FastifyRequest): number {
  const config = request.routeOptions.config as { bodyBytes?: number };
  return config.bodyBytes ?? BODY_BYTES;
}

function tooLarge(limit: number): InputError {
  return new InputError('too-large', `a body may have at most ${limit} bytes`, { status: 413, details: { limit } });
}

/** Lets through so many bytes and fails beyond. */
class Bounded extends Transform {
  private seen = 0;

  constructor(private readonly limit: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: Error | null, data?: Buffer) => void): void {
    this.seen += chunk.length;
    if (this.seen > this.limit) done(tooLarge(this.limit));
    else done(null, chunk);
  }
}

/** The body as it was before it was packed for the way; an error anywhere on the way is an error of the last stream. */
function unpacked(request: FastifyRequest, payload: Readable): Readable {
  const limit = limitOf(request);
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const bounded = new Bounded(limit);
  payload.on('error', (error) => bounded.destroy(error));
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return payload.pipe(bounded);
  if (encoding !== 'gzip') throw new InputError('bad-encoding', 'bodies may be packed with gzip only', { status: 415 });
  const gunzip = createGunzip();
  gunzip.on('error', (cause) => bounded.destroy(new InputError('bad-gzip', 'the body cannot be inflated', { cause })));
  return payload.pipe(gunzip).pipe(bounded);
}

/** Reads a stream to its end. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** JSON is parsed from its bytes; every other body is handed over as a stream. */
export function addParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
    const bytes = await bytesOf(unpacked(request, payload));
    return bytes.length === 0 ? undefined : parseJson(bytes);
  });
  for (const type of ['application/octet-stream', 'text/csv', 'text/plain']) {
    fastify.addContentTypeParser(type, async (request: FastifyRequest, payload: Readable) => unpacked(request, payload));
  }
}

function stream(context: ExecutionContext): Readable {
  const found = streamOf(context.switchToHttp().getRequest<Request>());
  if (!found) throw new InputError('no-body', 'a body of bytes is needed (application/octet-stream or text/csv)');
  return found;
}

/** The body as a stream of bytes, inflated and bounded. */
export const BodyStream = createParamDecorator((_: unknown, context: ExecutionContext): Readable => stream(context));
/** The whole body as bytes. */
export const RawBody = createParamDecorator((_: unknown, context: ExecutionContext): Promise<Buffer> => bytesOf(stream(context)));
