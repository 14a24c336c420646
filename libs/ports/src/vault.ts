const NOBODY = new Set(['', '0', 'anonymous', 'unknown', 'withheld', 'restricted', 'unavailable', 'private', 'none', 's', 'p']);

/** The one form of a caller's number, the same in every vault, or null when it names nobody (withheld, empty, 0). */
export function normalNumber(text: string): string | null {
  const trimmed = text.trim();
  if (NOBODY.has(trimmed.toLowerCase())) return null;
  const digits = trimmed.replace(/[\s().-]/g, '').replace(/^00/, '+');
  return /^\+?\d+$/.test(digits) ? (/^\+?0+$/.test(digits) ? null : digits) : trimmed.toLowerCase();
}

/** Where the person lives. Nothing outside can be turned back into a number without the vault's keys. */
export interface Vault {
  /**
   * Random tokens for caller numbers of one operator, in order; the same number gets the same token until it is erased. Null for a
   * number that names nobody (empty, withheld, 0). Durable when resolved.
   */
  callerIds(operatorId: string, numbers: readonly string[], nowMs: number): Promise<readonly (string | null)[]>;
  /** The number behind a token, null when erased or unknown. The caller writes the access log. */
  reveal(operatorId: string, callerId: string): Promise<string | null>;
  /** Deletes the caller's key everywhere, journalled. True when there was one. */
  erase(operatorId: string, callerId: string, nowMs: number): Promise<boolean>;
  /** Erases every caller of an operator, journalled, and the keys of its sources: what was sealed under them is unreadable. */
  removeOperator(operatorId: string, sources: readonly string[], nowMs: number): Promise<void>;
  /** A 32-byte key of one source, for event ids of file lines and for encrypting dead letters. Created when first asked for. */
  sourceKey(source: string): Promise<Uint8Array>;
  /** AES-256-GCM under the source's key: nonce, ciphertext, tag. */
  seal(source: string, bytes: Uint8Array): Promise<Uint8Array>;
  open(source: string, sealed: Uint8Array): Promise<Uint8Array>;
}
