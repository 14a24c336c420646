import type { SourcePrincipal } from '@sightline/contracts';
import { InputError } from '@sightline/contracts';
import type { Clock, EventLog, Vault } from '@sightline/ports';
import type { Problem } from '@sightline/runtime';
import { problemOf } from '@sightline/runtime';
import { withTokens } from '../callers/tokens';
import type { IntakeMetrics } from '../metrics';
import type { DeclaredSources } from '../sources/declared';
import type { Refusal, Speaker } from './decide';
import { decideEvents } from './decide';

/** Events in one batch. */
export const BATCH_EVENTS_MAX = 5_000;
/** Bytes in one body, inflated. */
export const BATCH_BYTES_MAX = 8 * 1_048_576;

export interface BatchAnswer {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly problem: Problem }[];
}

export interface EventIntakePorts {
  readonly log: EventLog;
  readonly vault: Vault;
  readonly clock: Clock;
}

function inputErrorOf({ code, detail, pointer, status }: Refusal): InputError {
  return new InputError(code, detail, { status, details: { pointer } });
}

/** The HTTP door for events: judges, asks the vault, appends, answers. */
export class EventIntake {
  constructor(
    private readonly ports: EventIntakePorts,
    private readonly sources: DeclaredSources,
    private readonly metrics: IntakeMetrics,
  ) {}

  /**
   * Stores what may be stored of one event (an object) or a batch (an array), and answers only then. One refused event alone is an
   * InputError 422 or 403. Rejects with BusyError when the log takes no more now: then the sender sends all again, which is harmless.
   */
  async accept(body: unknown, principal: SourcePrincipal): Promise<BatchAnswer> {
    if (body === undefined) throw new InputError('no-body', 'send one event, or an array of events, as JSON');
    const events: readonly unknown[] = Array.isArray(body) ? body : [body];
    if (events.length > BATCH_EVENTS_MAX) {
      throw new InputError('too-many-events', `a batch may hold ${BATCH_EVENTS_MAX} events`, {
        status: 413,
        details: { limit: BATCH_EVENTS_MAX },
      });
    }
    const { accepted, refused } = decideEvents(events, await this.speaker(principal));
    for (const { refusal } of refused) this.metrics.refused.inc({ code: refusal.code });
    const [first] = refused;
    if (first && !Array.isArray(body)) throw inputErrorOf(first.refusal);
    const { log, vault, clock } = this.ports;
    await log.append(await withTokens(vault, principal.operatorId, accepted, clock.nowMs()));
    this.metrics.accepted.inc({ door: 'http' }, accepted.length);
    const rejected = refused.map(({ index, refusal }) => ({ index, problem: problemOf(inputErrorOf(refusal)) }));
    return { accepted: accepted.length, rejected };
  }

  private async speaker(principal: SourcePrincipal): Promise<Speaker> {
    const own = await this.sources.find(principal.operatorId, principal.source);
    if (!own) throw new InputError('unknown-source', 'the directory has no source of this name', { status: 403 });
    const mayNameSources = new Set([principal.source]);
    for (const source of principal.grant.sources) {
      if (await this.sources.find(principal.operatorId, source)) mayNameSources.add(source);
    }
    return { principal, names: own, mayNameSources };
  }
}
