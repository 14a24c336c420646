import type { InputError, WallRefusal, WallRequest } from '@sightline/contracts';
import { decodeJson } from '@sightline/runtime';
import { z } from 'zod';

const id = z.string().min(1).max(128);

const wallRequest = z
  .strictObject({
    view: z.literal('wall'),
    pool: id.optional(),
    clinics: z.array(id).min(1).max(500).optional(),
    since: z.strictObject({ boot: id, view: id, number: z.int().min(1) }).optional(),
  })
  .refine(({ pool, clinics }) => pool === undefined || clinics === undefined, 'takes a pool or clinics, not both');

const farewell = z.strictObject({ view: id });

/** What a 'subscribe' frame says. InputError 422 names what is wrong. */
export function decodeSubscribe(payload: unknown): WallRequest {
  return decodeJson(wallRequest, payload) as WallRequest;
}

/** What an 'unsubscribe' frame says: the id of a view. */
export function decodeUnsubscribe(payload: unknown): string {
  return decodeJson(farewell, payload).view;
}

/** What a viewer is told who asked for something that cannot be. */
export function refusalOf({ code, message }: InputError): WallRefusal {
  return { code, detail: message };
}
