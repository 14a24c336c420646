import { Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { PersonPrincipal, Principal } from '@sightline/contracts';
import type { DirectoryService } from '@sightline/directory';
import { CurrentPerson, MaybePrincipal, Public } from '@sightline/runtime';
import type { Caller, DoorsView } from './doors';
import { Doors } from './doors';

export const COOKIES = Symbol('cookies');

interface Incoming {
  readonly ip: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
interface Outgoing {
  header(name: string, value: string): unknown;
}

function callerOf({ ip, headers }: Incoming): Caller {
  const site = headers['sec-fetch-site'];
  return { ip, site: typeof site === 'string' ? site : undefined };
}

@Controller('v1')
export class DoorsController {
  constructor(
    @Inject(Doors) private readonly doors: Doors,
    @Inject(COOKIES) private readonly cookies: DirectoryService['cookies'],
  ) {}

  @Get('doors')
  @Public()
  view(@Req() request: Incoming, @MaybePrincipal() principal: Principal | null): Promise<DoorsView> {
    return this.doors.view(callerOf(request), principal);
  }

  @Post('demo')
  @Public()
  @HttpCode(202)
  async open(@Req() request: Incoming, @Res({ passthrough: true }) reply: Outgoing): Promise<object> {
    this.cookies.set(request, reply, await this.doors.openDemo(callerOf(request)));
    return { demo: 'preparing' };
  }

  @Delete('demo')
  @HttpCode(204)
  async remove(
    @CurrentPerson() person: PersonPrincipal,
    @Req() request: Incoming,
    @Res({ passthrough: true }) reply: Outgoing,
  ): Promise<void> {
    if (await this.doors.removeDemo(person)) this.cookies.clear(request, reply);
  }
}
