import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { Vault } from '@sightline/ports';
import { normalNumber } from '@sightline/ports';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The vault in memory. What it holds in clear never leaves the process; nothing of it is stored. */
export class MemoryVault implements Vault {
  /** operator and number → token. */
  private readonly tokens = new Map<string, string>();
  /** operator and token → number. */
  private readonly numbers = new Map<string, string>();
  private readonly keys = new Map<string, Buffer>();

  async callerIds(operatorId: string, numbers: readonly string[]): Promise<readonly (string | null)[]> {
    return numbers.map((text) => {
      const number = normalNumber(text);
      if (number === null) return null;
      const known = this.tokens.get(`${operatorId}\n${number}`);
      if (known !== undefined) return known;
      const token = randomUUID();
      this.tokens.set(`${operatorId}\n${number}`, token);
      this.numbers.set(`${operatorId}\n${token}`, number);
      return token;
    });
  }

  async reveal(operatorId: string, callerId: string): Promise<string | null> {
    return this.numbers.get(`${operatorId}\n${callerId}`) ?? null;
  }

  async erase(operatorId: string, callerId: string): Promise<boolean> {
    const number = this.numbers.get(`${operatorId}\n${callerId}`);
    if (number === undefined) return false;
    this.tokens.delete(`${operatorId}\n${number}`);
    return this.numbers.delete(`${operatorId}\n${callerId}`);
  }

  async removeOperator(operatorId: string, sources: readonly string[]): Promise<void> {
    for (const map of [this.tokens, this.numbers])
      for (const name of [...map.keys()]) if (name.startsWith(`${operatorId}\n`)) map.delete(name);
    for (const source of sources) this.keys.delete(source);
  }

  async sourceKey(source: string): Promise<Uint8Array> {
    const key = this.keys.get(source) ?? randomBytes(32);
    this.keys.set(source, key);
    return key;
  }

  async seal(source: string, bytes: Uint8Array): Promise<Uint8Array> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', await this.sourceKey(source), nonce);
    return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  async open(source: string, sealed: Uint8Array): Promise<Uint8Array> {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', await this.sourceKey(source), bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
  }
}
