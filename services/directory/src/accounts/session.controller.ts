import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Viewer } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import { CurrentViewer, decodeJson, Public, Roles, VIEWERS } from '@sightline/runtime';
import { z } from 'zod';
import { Answers, Takes } from '../openapi';
import { Accounts } from './accounts';
import { Cookies } from './cookies';
import type { Incoming, Outgoing } from './cookies';
import { LONGEST_PASSWORD } from './password';
import { Sessions } from './sessions';
import { SignIn } from './sign-in';
import { WhoAmI } from './who-am-i';

/** Twice as many, so that what is too long is told so by the rules of passwords. */
const password = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(2 * LONGEST_PASSWORD, 'is too long');
const credentials = z.strictObject({ name: z.string('must be a text').min(1, 'must not be empty').max(128, 'is too long'), password });
const acceptance = z.strictObject({ password });
const invitee = z.object({ name: z.string() });
const me = z.object({
  accountId: z.string().nullable(),
  displayName: z.string(),
  role: z.string(),
  clinics: z.union([z.literal('all'), z.array(z.string())]),
  /** Milliseconds since 1970 UTC. */
  expiresAt: z.number(),
  operator: z.object({ operatorId: z.string(), name: z.string(), demo: z.boolean() }),
});

@ApiTags('session')
@Controller('v1')
export class SessionController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
    private readonly accounts: Accounts,
    private readonly cookies: Cookies,
    private readonly whoAmI: WhoAmI,
  ) {}

  @Post('session')
  @Public()
  @HttpCode(204)
  @Takes(credentials)
  async open(@Body() body: unknown, @Req() request: Incoming, @Res({ passthrough: true }) reply: Outgoing): Promise<void> {
    const { name, password } = decodeJson(credentials, body);
    this.cookies.set(request, reply, await this.signIn.signIn(name, password, request.ip));
  }

  @Get('session')
  @Roles(...VIEWERS)
  @Answers(me)
  me(@CurrentViewer() viewer: Viewer): Promise<object> {
    return this.whoAmI.of(viewer);
  }

  @Delete('session')
  @HttpCode(204)
  async close(@CurrentViewer() viewer: Viewer, @Req() request: Incoming, @Res({ passthrough: true }) reply: Outgoing): Promise<void> {
    if (viewer.type === 'person') await this.sessions.close(viewer);
    this.cookies.clear(request, reply);
  }

  @Get('invitations/:token')
  @Public()
  @Answers(invitee)
  async invited(@Param('token') token: string): Promise<z.infer<typeof invitee>> {
    return { name: (await this.accounts.invited(tokenIn(token))).name };
  }

  @Post('invitations/:token')
  @Public()
  @HttpCode(204)
  @Takes(acceptance)
  async accept(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: Incoming,
    @Res({ passthrough: true }) reply: Outgoing,
  ): Promise<void> {
    const { password } = decodeJson(acceptance, body);
    this.cookies.set(request, reply, await this.accounts.accept(tokenIn(token), password));
  }
}

function tokenIn(text: string): string {
  if (!/^[\w-]{1,128}$/.test(text)) throw new InputError('invitation-unknown', 'this is no link of ours', { status: 404 });
  return text;
}
