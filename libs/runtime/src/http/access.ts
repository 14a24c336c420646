import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { createParamDecorator, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { PersonPrincipal, Principal, Role, SourcePrincipal, Viewer } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import { presentedToken } from '../identity/ids';
import type { Request } from './request';

/** The principal behind a token as of now, null for a token that is unknown, expired or revoked. */
export type Authenticate = (token: string) => Promise<Principal | null>;

type Demand = { readonly of: 'nobody' } | { readonly of: 'source' } | { readonly of: 'viewer'; readonly roles: readonly Role[] };

const DEMAND = 'sightline:access';
const PEOPLE: readonly Role[] = ['administrator', 'manager', 'supervisor', 'auditor', 'agent', 'clinicViewer'];
/** Everybody who may look at figures: people and wall displays. */
export const VIEWERS: readonly Role[] = [...PEOPLE, 'display'];

const demand = (value: Demand): MethodDecorator & ClassDecorator => SetMetadata(DEMAND, value);
/** Needs no sign-in. */
export const Public = (): MethodDecorator & ClassDecorator => demand({ of: 'nobody' });
/** For keys of sources only. */
export const Sources = (): MethodDecorator & ClassDecorator => demand({ of: 'source' });
/** For people (and displays, where named) of these roles. A route that says nothing is for every person signed in, not for displays. */
export const Roles = (...roles: readonly Role[]): MethodDecorator & ClassDecorator => demand({ of: 'viewer', roles });

function decide(demanded: Demand, principal: Principal | null): void {
  if (principal === null) throw new InputError('not-signed-in', 'sign in, or send a valid key', { status: 401 });
  if (demanded.of === 'source' && principal.type !== 'source')
    throw new InputError('not-a-source', 'this needs the key of a source', { status: 403 });
  if (demanded.of !== 'viewer') return;
  if (principal.type === 'source') throw new InputError('not-a-person', 'the key of a source cannot do this', { status: 403 });
  if (!demanded.roles.includes(principal.role)) throw new InputError('role-lacking', 'your role may not do this', { status: 403 });
}

/** Lets through who a route is for, and leaves the principal on the request. */
export class AccessGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly authenticate: Authenticate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const stated = this.reflector.getAllAndOverride<Demand | undefined>(DEMAND, [context.getHandler(), context.getClass()]);
    const demanded = stated ?? { of: 'viewer', roles: PEOPLE };
    const request = context.switchToHttp().getRequest<Request>();
    const presented = presentedToken(request.headers);
    const principal = presented ? await this.authenticate(presented.token) : null;
    request.principal = principal;
    if (demanded.of === 'nobody') return true;
    decide(demanded, principal);
    if (presented?.byCookie) refuseForeignWrite(request);
    return true;
  }
}

/** A browser sends the cookie also when another site made it ask: a write with a cookie must come from our own pages. */
function refuseForeignWrite({ method, headers }: Request): void {
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  const ownSite = site === undefined || site === 'same-origin' || site === 'none';
  const ownOrigin = origin === undefined || hostOf(origin) === headers.host;
  if (!ownSite || !ownOrigin) throw new InputError('foreign-origin', 'this came from another site', { status: 403 });
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host;
  } catch {
    return null;
  }
}

function principalOf<T extends Principal['type']>(context: ExecutionContext, types: readonly T[]): Extract<Principal, { type: T }> {
  const { principal } = context.switchToHttp().getRequest<Request>();
  if (!principal) throw new InputError('not-signed-in', 'sign in, or send a valid key', { status: 401 });
  if (!(types as readonly string[]).includes(principal.type))
    throw new InputError('wrong-principal', 'this is not for you', { status: 403 });
  return principal as Extract<Principal, { type: T }>;
}

export const CurrentViewer = createParamDecorator((_: unknown, context: ExecutionContext): Viewer =>
  principalOf(context, ['person', 'display']),
);
export const CurrentPerson = createParamDecorator((_: unknown, context: ExecutionContext): PersonPrincipal =>
  principalOf(context, ['person']),
);
export const CurrentSource = createParamDecorator((_: unknown, context: ExecutionContext): SourcePrincipal =>
  principalOf(context, ['source']),
);
/** The principal if there is one: for public routes that greet who is signed in. */
export const MaybePrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | null => context.switchToHttp().getRequest<Request>().principal ?? null,
);
