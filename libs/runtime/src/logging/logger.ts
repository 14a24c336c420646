import pino from 'pino';

export type Fields = Readonly<Record<string, unknown>>;

/** Lines of JSON: time, level, name, message, fields. What a person could be known by does not belong into fields. */
export interface Logger {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  child(fields: Fields): Logger;
}

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly name: string;
  /** Default: standard output. */
  readonly to?: NodeJS.WritableStream;
}

/** The last line of defence: members of these names are never written, wherever they stand up to two levels deep. */
const NEVER = ['callerNumber', 'partyNumber', 'password', 'token', 'authorization', 'cookie', 'secret', 'key'];
const redact = { paths: NEVER.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' };

function wrap(inner: pino.Logger): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Fields = {}): void => {
      const { error, ...rest } = fields;
      inner[level](error === undefined ? rest : { ...rest, error: describe(error) }, message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: (fields) => wrap(inner.child(fields)) };
}

/** What may be told of an error: its kind, code and stack. Messages of drivers quote what they were given, so only our own are kept. */
function describe(error: unknown): Fields {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code: unknown = 'code' in error ? error.code : undefined;
  const ours = 'retriable' in error;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return {
    kind: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(ours ? { message: error.message } : {}),
    stack: frames.slice(0, 8).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}

export function createLogger(options: LoggerOptions): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    name: options.name,
    base: { name: options.name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact,
  };
  return wrap(options.to ? pino(settings, options.to) : pino(settings));
}
