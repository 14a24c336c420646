import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@sightline/ports';
import { WALL_CLOCK, WALL_VIEWS, WallController } from './http/wall.controller';
import type { Views } from './views/views';

class WallboardModule {}

export function wallboardModule(views: Views, clock: Clock): DynamicModule {
  return {
    module: WallboardModule,
    controllers: [WallController],
    providers: [
      { provide: WALL_VIEWS, useValue: views },
      { provide: WALL_CLOCK, useValue: clock },
    ],
  };
}
