import type { DynamicModule, Type } from '@nestjs/common';
import { AccessLogController } from './access/access-log.controller';
import { AccountsController } from './accounts/accounts.controller';
import { SessionController } from './accounts/session.controller';
import { DisplaysController } from './displays/displays.controller';
import { KeysController } from './keys/keys.controller';
import { DirectoryController } from './rows/directory.controller';

class DirectoryModule {}

/** The directory's routes over what they call. */
export function directoryModule(parts: readonly (readonly [Type, object])[]): DynamicModule {
  return {
    module: DirectoryModule,
    controllers: [DirectoryController, SessionController, AccountsController, DisplaysController, KeysController, AccessLogController],
    providers: parts.map(([provide, useValue]) => ({ provide, useValue })),
  };
}
