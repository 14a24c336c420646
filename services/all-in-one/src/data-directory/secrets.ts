import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { RolePasswords } from '@sightline/adapter-postgres';
import { newPasswords } from '@sightline/adapter-postgres';
import { SightlineError } from '@sightline/contracts';
import { z } from 'zod';
import { readIfThere, writePrivate } from './files';

/** What only this installation knows. Who loses `masterKey` loses what is in the vault. */
export interface Secrets {
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** Of the superuser of the PostgreSQL that we bring along. */
  readonly superuserPassword: string;
  readonly rolePasswords: RolePasswords;
  /** What the made-up days of the demo centre are drawn from: the same days after every start. */
  readonly demoSeed: number;
}

const password = z.string().min(16);
const schema = z.object({
  masterKey: z.string().regex(/^[0-9a-f]{64}$/),
  superuserPassword: password,
  rolePasswords: z.object({ migrator: password, intake: password, pipeline: password, api: password, backup: password }),
  demoSeed: z.number().int().nonnegative(),
});

/** Reads the secrets of a data directory; the first time they are drawn and written, for the owner's eyes only. */
export function loadSecrets(folder: string): Secrets {
  const file = path.join(folder, 'secrets.json');
  const text = readIfThere(file);
  if (text === null) {
    const made = {
      masterKey: randomBytes(32).toString('hex'),
      superuserPassword: randomBytes(24).toString('base64url'),
      rolePasswords: newPasswords(),
      demoSeed: randomBytes(4).readUInt32BE(),
    };
    writePrivate(file, JSON.stringify(made, null, 2));
    return decode(made);
  }
  const read = schema.safeParse(parse(text));
  if (!read.success)
    throw new SightlineError('bad-secrets', `${file} is damaged: restore it from a backup (it holds the keys of this installation)`);
  return decode(read.data);
}

function decode(stored: z.infer<typeof schema>): Secrets {
  return { ...stored, masterKey: Buffer.from(stored.masterKey, 'hex') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
