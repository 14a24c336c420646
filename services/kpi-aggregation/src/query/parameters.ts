import { InputError } from '@sightline/contracts';

/** What a query string holds, as the HTTP server hands it over. */
export type RawQuery = Readonly<Record<string, unknown>>;

/** Values of one list at most. */
const MAX_VALUES = 500;
const MAX_TEXT = 512;
/** Characters of a value that may be a list of names with commas. */
const MAX_NAMES_TEXT = 8_192;
/** Parameters whose values may be such lists. */
const NAMES: ReadonlySet<string> = new Set(['clinic', 'figures', 'groupBy']);

const CONTROL = /[\u0000-\u001f\u007f]/;

/** A parameter that is wrong, with what would be right. */
export function refuse(parameter: string, message: string, details: Record<string, unknown> = {}): InputError {
  return new InputError('bad-parameter', `${parameter}: ${message}`, { details: { parameter, ...details } });
}

/** A parameter or value that is meant to work one day. */
export function notYet(parameter: string, what: string): InputError {
  return new InputError('not-supported-yet', `${what} is not supported yet`, { details: { parameter } });
}

/** Query parameters by name, each a list of texts; a name may be written with [] behind. Names that are not allowed are refused. */
export class Parameters {
  private readonly values = new Map<string, readonly string[]>();

  /**
   * @param later Names that are understood and will work one day.
   * @param longest Characters that a value may have where that is more than 512.
   */
  constructor(raw: RawQuery, allowed: readonly string[], later: readonly string[] = [], longest: Readonly<Record<string, number>> = {}) {
    for (const [written, value] of Object.entries(raw)) {
      const name = written.endsWith('[]') ? written.slice(0, -2) : written;
      if (later.includes(name)) throw notYet(name, name);
      if (!allowed.includes(name)) {
        throw new InputError('unknown-parameter', `unknown parameter; allowed are ${allowed.join(', ')}`, { details: { allowed } });
      }
      this.values.set(name, [
        ...(this.values.get(name) ?? []),
        ...textsOf(name, value, longest[name] ?? (NAMES.has(name) ? MAX_NAMES_TEXT : MAX_TEXT)),
      ]);
    }
  }

  /** One text, or undefined. Stated twice is refused. */
  one(name: string): string | undefined {
    const values = this.values.get(name);
    if (values && values.length > 1) throw refuse(name, 'may be given once');
    return values?.[0];
  }

  /** One of the values named. */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    if (!(allowed as readonly string[]).includes(value)) throw refuse(name, `must be one of ${allowed.join(', ')}`, { allowed });
    return value as T;
  }

  /** A whole number in [min, max]. */
  whole(name: string, min: number, max: number): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= max)) throw refuse(name, `must be a whole number from ${min} to ${max}`, { min, max });
    return number;
  }

  /** A number with at most four decimals in [min, max]. */
  decimal(name: string, min: number, max: number): number | undefined {
    const value = this.one(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,6}(\.\d{1,4})?$/.test(value) ? Number(value) : NaN;
    if (!(number >= min && number <= max)) throw refuse(name, `must be a number from ${min} to ${max}`, { min, max });
    return number;
  }

  /** Values given by repeating the parameter, an empty one among them where that means "none stated"; undefined when it is absent. */
  texts(name: string): readonly string[] | undefined {
    const values = this.values.get(name);
    if (!values) return undefined;
    if (values.length > MAX_VALUES) throw refuse(name, `takes at most ${MAX_VALUES} values`, { max: MAX_VALUES });
    return [...new Set(values)];
  }

  /** Values given by repeating the parameter, none of them empty; undefined when it is absent. */
  list(name: string): readonly string[] | undefined {
    const values = this.texts(name);
    if (values?.includes('')) throw refuse(name, 'must not be empty');
    return values;
  }

  /** Values given by repeating the parameter or with commas between them: for names that hold none. */
  names(name: string): readonly string[] | undefined {
    const values = this.list(name);
    if (!values) return undefined;
    const names = [...new Set(values.flatMap((value) => value.split(',')))];
    if (names.includes('')) throw refuse(name, 'must not be empty');
    if (names.length > MAX_VALUES) throw refuse(name, `takes at most ${MAX_VALUES} values`, { max: MAX_VALUES });
    return names;
  }
}

function textsOf(name: string, value: unknown, max: number): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    if (typeof one !== 'string') throw refuse(name, 'must be text');
    if (one.length > max) throw refuse(name, `must be at most ${max} characters`, { max });
    if (CONTROL.test(one)) throw refuse(name, 'must not hold control characters');
    return one;
  });
}
