import 'reflect-metadata';
import type { Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fastifyStatic from '@fastify/static';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Health } from '../health/health';
import { newId } from '../identity/ids';
import type { Logger } from '../logging/logger';
import type { Metrics } from '../metrics/metrics';
import type { Authenticate } from './access';
import { AccessGuard } from './access';
import { addParsers } from './body';
import { addSecurityHeaders } from './headers';
import { PROBLEM_TYPE, problemOf, ProblemFilter } from './problems';

export interface HttpOptions {
  /** Modules of the services that this process serves. */
  readonly modules: readonly DynamicModule[];
  readonly authenticate: Authenticate;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly version: string;
  /** Folder of the built page, served at /. */
  readonly web?: string;
}

export interface HttpApp {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  /** Takes no more requests, lets those under way end, closes what idles. */
  stop(): Promise<void>;
}

class Root {}

const HEADER_BYTES = 16_384;
const REQUEST_MS = 120_000;
/** Why what comes is no request, as Node names it; everything else is a bad one. */
const UNREADABLE: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/** An address that cannot be read never comes to a handler. */
function refuseAddress(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const found = problemOf(error);
  void reply.code(found.status).header('Content-Type', PROBLEM_TYPE).send(JSON.stringify(found));
}

function createFastify(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: Number.MAX_SAFE_INTEGER,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    genReqId: () => newId(Date.now()),
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false },
    http: { maxHeaderSize: HEADER_BYTES },
    // Its type is of HTTP/2 as well, which is not spoken here.
    frameworkErrors: refuseAddress as never,
    clientErrorHandler: refuseUnreadable,
  });
}

/** What never became a request is refused on its connection, which ends with that. */
function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const statusCode = UNREADABLE.get(error.code ?? '') ?? 400;
  const body = JSON.stringify(problemOf({ statusCode }));
  const lines = [`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`, `Content-Type: ${PROBLEM_TYPE}`];
  socket.end([...lines, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body].join('\r\n'));
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Routes of the process itself. Metrics are for this machine only: a scraper elsewhere comes through a proxy that decides. */
function addProcessRoutes(fastify: FastifyInstance, { health, metrics }: HttpOptions): void {
  fastify.get('/health/live', async () => ({ alive: true }));
  fastify.get('/health/ready', async (_request, reply) => {
    const report = await health.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
  fastify.get('/metrics', async (request, reply) => {
    if (!LOOPBACK.has(request.ip)) return reply.status(404).send();
    return reply.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').send(await metrics.text());
  });
}

function addObservation(fastify: FastifyInstance, { metrics, logger }: HttpOptions): void {
  const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
  const seconds = metrics.histogram('http_request_seconds', 'Time to answer, by route and status class', buckets, ['route', 'status']);
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe(reply.elapsedTime / 1_000, { route, status: `${Math.floor(reply.statusCode / 100)}xx` });
    const took = { requestId: request.id, method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    logger.debug('answered', took);
  });
}

async function addPage(fastify: FastifyInstance, folder: string): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: folder,
    prefix: '/',
    wildcard: false,
    cacheControl: false,
    setHeaders: (reply, file) => {
      // Names under assets/ carry a hash of their content.
      const forever = /[/\\]assets[/\\]/.test(file);
      reply.header('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}

/** One Nest application out of all modules, on Fastify: guard, problems, bodies, headers, OpenAPI, health, metrics and the page. */
export async function startHttp(options: HttpOptions): Promise<HttpApp> {
  const adapter = createFastify();
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  addSecurityHeaders(fastify);
  addObservation(fastify, options);
  const root: DynamicModule = { module: Root, imports: [...options.modules] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: false, bodyParser: false, abortOnError: false });
  app.useGlobalGuards(new AccessGuard(options.authenticate));
  app.useGlobalFilters(new ProblemFilter(options.logger));
  addParsers(fastify);
  addProcessRoutes(fastify, options);
  if (options.web !== undefined) await addPage(fastify, options.web);
  const description = new DocumentBuilder().setTitle('Sightline').setVersion(options.version).addBearerAuth().build();
  await app.init();
  const document = SwaggerModule.createDocument(app, description);
  fastify.get('/v1/openapi.json', async () => document);
  await app.listen(options.port, options.host);
  const server = app.getHttpServer() as Server;
  const { port } = server.address() as AddressInfo;
  const host = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host;
  return { url: `http://${host}:${port}`, port, server, stop: () => app.close() };
}
