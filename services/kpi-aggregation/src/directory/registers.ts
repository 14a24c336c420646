import { Register } from '@sightline/core-kpi';
import type { DirectoryView } from './view';

/** Kinds of directory rows that the fold reads: only they make rows move when they change. */
const FOLDED: ReadonlySet<string> = new Set(['source', 'mapping', 'queue', 'login']);

/** The directory of each operator for whoever reads figures; put together once per version. */
export class Registers {
  private version = -1;
  private readonly known = new Map<string, Register>();

  constructor(private readonly view: DirectoryView) {}

  async of(operatorId: string): Promise<Register> {
    const snapshot = await this.view.snapshot();
    if (snapshot.version !== this.version) {
      this.known.clear();
      this.version = snapshot.version;
    }
    const known = this.known.get(operatorId);
    if (known) return known;
    const register = new Register(snapshot, operatorId);
    this.known.set(operatorId, register);
    return register;
  }

  /** Whether anything of the operator that the fold reads was said in versions (from, to]. */
  async moves(operatorId: string, from: number, to: number): Promise<boolean> {
    if (from >= to) return false;
    const { rows } = await this.view.said(from, to);
    return rows.some((row) => row.operatorId === operatorId && FOLDED.has(row.kind));
  }
}
