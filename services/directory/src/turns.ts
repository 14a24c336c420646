import { BusyError } from '@sightline/contracts';

/** Lets work be done one after the other: what is read and written back must not be changed in between. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly most = 64) {}

  /** BusyError 503 `too-many-changes` when too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.most) throw new BusyError('too-many-changes', 'too many changes are waiting; try again');
    this.waiting += 1;
    const done = this.last.then(work).finally(() => (this.waiting -= 1));
    this.last = done.catch(() => undefined);
    return done;
  }
}
