import { InputError } from '@sightline/contracts';
import type { z } from 'zod';

const DEPTH_MAX = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** How deep brackets are nested, texts left out. Asked before parsing, so that nesting cannot exhaust the stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inText = false;
    } else if (code === 0x22) inText = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

/** Reads JSON from bytes. InputError 400: bad-utf8, too-deep, bad-json, bad-key. Never quotes what it was given. */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new InputError('bad-utf8', 'the body is not UTF-8');
  }
  if (depthOf(text) > DEPTH_MAX) throw new InputError('too-deep', `JSON may be nested ${DEPTH_MAX} deep`);
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

/** A value as the schema wants it. InputError 422 `bad-member` names the first member that is wrong by its JSON pointer. */
export function decodeJson<T>(schema: z.ZodType<T>, value: unknown): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown.slice(0, 64)])];
  const pointer = path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
  const detail = unknown === undefined ? (issue?.message ?? 'cannot be used') : 'is not a member of this';
  throw new InputError('bad-member', `${pointer === '' ? 'the body' : pointer}: ${detail}`, { status: 422, details: { pointer } });
}
