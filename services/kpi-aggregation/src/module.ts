import type { DynamicModule } from '@nestjs/common';
import { FeedQueries } from './feeds/feeds';
import { FeedsController } from './feeds/feeds.controller';
import { CallQueries } from './query/calls';
import { CallsController } from './query/calls.controller';
import { FigureQueries } from './query/figures';
import { FiguresController } from './query/figures.controller';

class KpiModule {}

/** What the controllers are given. */
export interface KpiParts {
  readonly figures: FigureQueries;
  readonly calls: CallQueries;
  readonly feeds: FeedQueries;
}

export function kpiModule({ figures, calls, feeds }: KpiParts): DynamicModule {
  return {
    module: KpiModule,
    controllers: [FiguresController, CallsController, FeedsController],
    providers: [
      { provide: FigureQueries, useValue: figures },
      { provide: CallQueries, useValue: calls },
      { provide: FeedQueries, useValue: feeds },
    ],
  };
}
