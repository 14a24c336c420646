import type { DynamicModule } from '@nestjs/common';
import type { DirectoryService } from '@sightline/directory';
import { COOKIES, DoorsController } from './controller';
import { Doors } from './doors';

class DoorsModule {}

/** GET /v1/doors, POST and DELETE /v1/demo. */
export function doorsModule(doors: Doors, cookies: DirectoryService['cookies']): DynamicModule {
  return {
    module: DoorsModule,
    controllers: [DoorsController],
    providers: [
      { provide: Doors, useValue: doors },
      { provide: COOKIES, useValue: cookies },
    ],
  };
}
