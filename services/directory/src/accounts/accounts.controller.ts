import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { PersonPrincipal } from '@sightline/contracts';
import type { Account } from '@sightline/ports';
import { CurrentPerson, decodeJson, Roles } from '@sightline/runtime';
import { z } from 'zod';
import { actorOf } from '../access/access-log';
import { Answers, Takes } from '../openapi';
import { identifier, printable } from '../rows/entry';
import type { NewInvitation } from './accounts';
import { Accounts } from './accounts';
import { grantedClinics } from './grant';

const signInName = z
  .string('must be a text')
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9._@+-]{0,63}$/, 'must have 1 to 64 letters, digits or . _ @ + -'));
const members = {
  displayName: printable(128),
  role: z.enum(['administrator', 'manager', 'supervisor', 'auditor', 'agent', 'clinicViewer']),
  clinics: grantedClinics,
  agentId: identifier.nullable(),
};
const creation = z.strictObject({ name: signInName, ...members, agentId: members.agentId.default(null) });
const patch = z
  .strictObject({ ...members, disabled: z.boolean() })
  .partial()
  .refine((stated) => Object.keys(stated).length > 0, 'must change something');

const shown = z.object({
  accountId: z.string(),
  name: z.string(),
  ...members,
  disabled: z.boolean(),
  /** No password yet: the invitation was not used. */
  invited: z.boolean(),
});
const invitation = z.object({ token: z.string(), expiresAt: z.number() });

@ApiBearerAuth()
@ApiTags('accounts')
@Controller('v1/accounts')
@Roles('administrator')
export class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  @Get()
  @Answers(z.array(shown))
  async list(@CurrentPerson() person: PersonPrincipal): Promise<object[]> {
    return (await this.accounts.seenBy(actorOf(person))).map(shownOf);
  }

  @Post()
  @Takes(creation)
  async create(@CurrentPerson() person: PersonPrincipal, @Body() body: unknown): Promise<{ account: object; invitation: NewInvitation }> {
    const { account, invitation } = await this.accounts.create(actorOf(person), decodeJson(creation, body));
    return { account: shownOf(account), invitation };
  }

  @Patch(':accountId')
  @Takes(patch)
  @Answers(shown)
  async change(@CurrentPerson() person: PersonPrincipal, @Param('accountId') accountId: string, @Body() body: unknown): Promise<object> {
    const stated = Object.entries(decodeJson(patch, body)).filter(([, value]) => value !== undefined);
    return shownOf(await this.accounts.change(actorOf(person), accountId, Object.fromEntries(stated)));
  }

  @Post(':accountId/invitation')
  @Answers(invitation)
  invite(@CurrentPerson() person: PersonPrincipal, @Param('accountId') accountId: string): Promise<NewInvitation> {
    return this.accounts.invite(actorOf(person), accountId);
  }
}

function shownOf({ accountId, name, displayName, role, clinics, agentId, disabled, passwordHash }: Account): object {
  return { accountId, name, displayName, role, clinics, agentId, disabled, invited: passwordHash === null };
}
