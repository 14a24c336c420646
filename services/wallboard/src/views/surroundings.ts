import type { DirectorySnapshot } from '@sightline/contracts';
import { Register } from '@sightline/core-kpi';
import type { DirectoryStore, IntakeStore } from '@sightline/ports';

/** What holds around the figures at some moment: names, contracts and which sources are being imported. */
export interface Around {
  readonly register: Register;
  readonly importing: ReadonlySet<string>;
}

/** Asked for anew so often, ms. */
const ASK_MS = 1_000;

/** The directory and the imports under way, asked once a second for everybody who watches. */
export class Surroundings {
  private snapshot: DirectorySnapshot | null = null;
  private importing: ReadonlySet<string> = new Set();
  private registers = new Map<string, Register>();
  private askedAt = -Infinity;
  private asking: Promise<void> | null = null;

  constructor(
    private readonly directory: DirectoryStore,
    private readonly intake: IntakeStore,
  ) {}

  /** @param maxAgeMs How old the answer may be: 0 for who must not be refused what has just been said. */
  async of(operatorId: string, nowMs: number, maxAgeMs = ASK_MS): Promise<Around> {
    if (nowMs - this.askedAt >= maxAgeMs || this.snapshot === null) {
      this.asking ??= this.ask(nowMs).finally(() => (this.asking = null));
      await this.asking;
    }
    let register = this.registers.get(operatorId);
    if (!register) {
      register = new Register(this.snapshot as DirectorySnapshot, operatorId);
      this.registers.set(operatorId, register);
    }
    return { register, importing: this.importing };
  }

  private async ask(nowMs: number): Promise<void> {
    const [version, importing] = await Promise.all([this.directory.version(), this.intake.openImports()]);
    if (this.snapshot?.version !== version) {
      this.snapshot = await this.directory.snapshot(version);
      this.registers = new Map();
    }
    this.importing = new Set(importing);
    this.askedAt = nowMs;
  }
}
