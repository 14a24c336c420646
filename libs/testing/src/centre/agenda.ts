interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: (at: number) => void;
}

/** What will happen, earliest first; at one instant in the order it was put down. A binary heap. */
export class Agenda {
  private readonly heap: Entry[] = [];
  private made = 0;

  put(at: number, act: (at: number) => void): void {
    this.heap.push({ at: Math.round(at), order: (this.made += 1), act });
    let index = this.heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  /** Lets everything happen, also what happens on account of it. */
  run(): void {
    for (let first = this.take(); first; first = this.take()) first.act(first.at);
  }

  private take(): Entry | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (this.heap.length === 0 || last === undefined) return first;
    this.heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let least = index;
      if (left < this.heap.length && this.before(left, least)) least = left;
      if (left + 1 < this.heap.length && this.before(left + 1, least)) least = left + 1;
      if (least === index) return first;
      this.swap(index, least);
      index = least;
    }
  }

  private before(a: number, b: number): boolean {
    const [one, other] = [this.heap[a] as Entry, this.heap[b] as Entry];
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b] as Entry, this.heap[a] as Entry];
  }
}
