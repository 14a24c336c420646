import type { PageClock } from '../src/clock/clock';

/** A clock that moves when it is told to. */
export class HeldClock implements PageClock {
  private beats: { readonly act: () => void; next: number; readonly every: number | null }[] = [];

  constructor(private at: number) {}

  now(): number {
    return this.at;
  }

  every(ms: number, tick: () => void): () => void {
    return this.add({ act: tick, next: this.at + ms, every: ms });
  }

  after(ms: number, done: () => void): () => void {
    return this.add({ act: done, next: this.at + ms, every: null });
  }

  /** Lets so much time pass; whatever falls due is done in its order. */
  pass(ms: number): void {
    const until = this.at + ms;
    for (;;) {
      const [due] = this.beats.filter((beat) => beat.next <= until).sort((a, b) => a.next - b.next);
      if (!due) break;
      this.at = due.next;
      if (due.every === null) this.beats = this.beats.filter((beat) => beat !== due);
      else due.next += due.every;
      due.act();
    }
    this.at = until;
  }

  private add(beat: HeldClock['beats'][number]): () => void {
    this.beats.push(beat);
    return () => {
      this.beats = this.beats.filter((one) => one !== beat);
    };
  }
}
