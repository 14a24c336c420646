import { InputError } from '@sightline/contracts';
import type { z } from 'zod';

const DEPTH_MAX = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Whether brackets are nested deeper than allowed, texts left out. Asked before parsing, so that nesting cannot exhaust the stack. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let index = 0; index < text.length && depth <= DEPTH_MAX; index += 1) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return depth > DEPTH_MAX;
}

/** Reads JSON from bytes. InputError 400: bad-utf8, too-deep, bad-json, bad-key. Never quotes what it was given. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new InputError('bad-utf8', 'the body is not UTF-8');
  }
  if (isTooDeep(text)) throw new InputError('too-deep', `JSON may be nested ${DEPTH_MAX} deep`);
  const suspicious = text.includes('__proto__') || /\\u005f/i.test(text);
  try {
    return JSON.parse(text, suspicious ? refuseProto : undefined);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('bad-json', 'the body is no JSON');
  }
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new InputError('bad-key', 'a member must not be called __proto__');
  return value;
}

/** A name that may be told: what the sender calls a member can be anybody's telephone number. */
function isPlain(name: string): boolean {
  return /^[A-Za-z][\w/-]{0,63}$/.test(name) && !/\d{5}/.test(name);
}

function shown(part: PropertyKey): string {
  return typeof part === 'number' || isPlain(String(part)) ? String(part) : '…';
}

/** A value as the schema wants it. InputError 422 `bad-member` names the first member that is wrong by its JSON pointer. */
export function decodeJson<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])];
  const pointer = path.map((part) => `/${shown(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
  const detail = unknown === undefined ? (issue?.message ?? 'cannot be used') : 'is not a member of this';
  throw new InputError('bad-member', `${pointer === '' ? 'the body' : pointer}: ${detail}`, { status: 422, details: { pointer } });
}
