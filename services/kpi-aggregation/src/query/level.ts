import { DEFAULT_LEVEL, FORMULAS, formulaOf } from '@sightline/core-kpi';
import type { Formula, Register } from '@sightline/core-kpi';
import { UNASSIGNED_CLINIC } from '@sightline/contracts';
import type { Parameters } from './parameters';

/** Longest threshold and short bound, s. */
const MAX_SECONDS = 86_400;

/** How a service level is to be reckoned, as far as the question says so. */
export interface LevelWish {
  readonly formula?: Formula;
  readonly thresholdSeconds?: number;
  readonly shortSeconds?: number;
}

/** How it is reckoned, and who said so: the question itself, the contract of the clinics, or nobody. */
export interface Level {
  readonly formula: Formula;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
  readonly statedBy: 'question' | 'contract' | 'default';
}

/** Reads formula, thresholdSeconds and shortSeconds. */
export function decodeLevel(parameters: Parameters): LevelWish {
  const id = parameters.oneOf(
    'formula',
    FORMULAS.map((one) => one.id),
  );
  const formula = id === undefined ? undefined : formulaOf(id);
  const thresholdSeconds = parameters.whole('thresholdSeconds', 0, MAX_SECONDS);
  const shortSeconds = parameters.whole('shortSeconds', 0, MAX_SECONDS);
  return {
    ...(formula ? { formula } : {}),
    ...(thresholdSeconds === undefined ? {} : { thresholdSeconds }),
    ...(shortSeconds === undefined ? {} : { shortSeconds }),
  };
}

/**
 * The level for some clinics from `at` on: what the question says, and for the rest what all their contracts say at that instant. Where
 * these differ or one has none, the default. The unassigned clinic has no contract and is not asked.
 */
export function levelFor(wish: LevelWish, register: Register, clinics: readonly string[], at: number): Level {
  const contract = sharedContract(register, clinics, at);
  const base = contract ?? DEFAULT_LEVEL;
  const formula = wish.formula ?? formulaOf(base.formula) ?? (formulaOf(DEFAULT_LEVEL.formula) as Formula);
  return {
    formula,
    thresholdSeconds: wish.thresholdSeconds ?? base.thresholdSeconds,
    shortSeconds: wish.shortSeconds ?? base.shortSeconds,
    statedBy: Object.keys(wish).length > 0 ? 'question' : contract ? 'contract' : 'default',
  };
}

interface Terms {
  readonly formula: string;
  readonly thresholdSeconds: number;
  readonly shortSeconds: number;
}

function sharedContract(register: Register, clinics: readonly string[], at: number): Terms | null {
  let shared: Terms | null = null;
  for (const clinicId of clinics) {
    if (clinicId === UNASSIGNED_CLINIC) continue;
    const contract = register.contractAt(clinicId, at);
    if (!contract) return null;
    const same =
      shared === null ||
      (shared.formula === contract.formula &&
        shared.thresholdSeconds === contract.thresholdSeconds &&
        shared.shortSeconds === contract.shortSeconds);
    if (!same) return null;
    shared = contract;
  }
  return shared;
}
