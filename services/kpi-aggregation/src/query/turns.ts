import { BusyError } from '@sightline/contracts';

/**
 * So many questions are answered at once, so many more may wait; the next one is asked to come again. Keeps connections for the walls
 * however many months somebody asks for.
 */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly mayWait: number,
  ) {}

  async take<T>(answer: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) await this.wait();
    else this.running += 1;
    try {
      return await answer();
    } finally {
      // The turn is handed on as it is: nobody can come in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private wait(): Promise<void> {
    if (this.waiting.length >= this.mayWait) {
      throw new BusyError('too-many-questions', 'too many questions are being answered; ask again', { retryAfterSeconds: 2 });
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
