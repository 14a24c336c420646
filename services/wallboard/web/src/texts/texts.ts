import i18next from 'i18next';
import { en } from './en';

type Singular<K> = K extends `${infer Base}_zero` | `${infer Base}_one` | `${infer Base}_other` ? Base : K;
export type TextKey = Singular<keyof typeof en>;

void i18next.init({
  lng: 'en',
  resources: { en: { translation: en } },
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
});

/** A text of the catalogue. `count` chooses singular or plural. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return i18next.t(key, values);
}

/** A whole number as people write it: 1,204. */
export const whole = (value: number): string => value.toLocaleString('en-GB', { maximumFractionDigits: 0 });

/** The text of a key built from a value of the server, or a stand-in where the catalogue has none. */
export function textOr(key: string, otherwise: string): string {
  return i18next.exists(key) ? i18next.t(key) : otherwise;
}
