/** Digits that may be somebody's telephone number: seven or more, however grouped, in any script. */
const NUMBER = /\+?\p{Nd}(?:[\s()./-]{0,2}\p{Nd}){6,}/u;
/** Ids made by machines are full of digits and of no telephone. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** So many digits at the end of two numbers make them the same one, with or without a country code. */
const TELLING_DIGITS = 9;

/** True for what may be a telephone number. Extensions have six digits at most and are the house's own. */
export function looksLikeNumber(text: string): boolean {
  return text.length > 6 && NUMBER.test(text) && NUMBER.test(text.replace(UUID, ''));
}

/** The first telephone number within a text, e.g. of `Local/2125550142@from-queue`; null without one. */
export function numberIn(text: string): string | null {
  return NUMBER.exec(text)?.[0] ?? null;
}

/** True when a text spells a number that came beside it, however either is written. Shorter numbers are everywhere and tell nothing. */
export function spells(text: string, number: string): boolean {
  const digits = number.replace(/\P{Nd}/gu, '');
  return digits.length >= TELLING_DIGITS && text.replace(/\P{Nd}/gu, '').includes(digits.slice(-TELLING_DIGITS));
}
