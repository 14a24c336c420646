import { z } from 'zod';
import { identifier } from '../rows/entry';

/** Clinics of one grant at most. */
const MAX_CLINICS = 1_000;

/** Clinics that an account, a display or a key may see: all of the operator, or some. */
export const grantedClinics = z.union([z.literal('all'), z.array(identifier).max(MAX_CLINICS)], "must be 'all' or a list of clinics");
