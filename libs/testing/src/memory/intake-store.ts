import type { DeadLetter, FollowedFile, ImportJob, IntakeStore } from '@sightline/ports';
import { byBytes } from './rows';

/** Imports, followed files and dead letters in memory. */
export class MemoryIntakeStore implements IntakeStore {
  private readonly jobs = new Map<string, ImportJob>();
  private readonly files = new Map<string, FollowedFile>();
  private readonly letters = new Map<string, DeadLetter>();

  async putImport(job: ImportJob): Promise<void> {
    this.jobs.set(job.importId, job);
  }

  async import(importId: string): Promise<ImportJob | null> {
    return this.jobs.get(importId) ?? null;
  }

  async imports(operatorId: string): Promise<readonly ImportJob[]> {
    return [...this.jobs.values()].filter((job) => job.operatorId === operatorId).sort((a, b) => b.createdAt - a.createdAt);
  }

  async openImports(): Promise<readonly string[]> {
    const open = [...this.jobs.values()].filter((job) => job.state === 'open').map((job) => job.source);
    return [...new Set(open)].sort(byBytes);
  }

  async putFollow(file: FollowedFile): Promise<void> {
    this.files.set(file.followId, file);
  }

  async follows(): Promise<readonly FollowedFile[]> {
    return [...this.files.values()].sort((a, b) => byBytes(a.followId, b.followId));
  }

  async addDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    for (const letter of letters) if (!this.letters.has(letter.deadLetterId)) this.letters.set(letter.deadLetterId, letter);
  }

  async deadLetters(operatorId: string, limit: number): Promise<readonly DeadLetter[]> {
    return [...this.letters.values()]
      .filter((letter) => letter.operatorId === operatorId)
      .sort((a, b) => b.receivedAt - a.receivedAt || byBytes(a.deadLetterId, b.deadLetterId))
      .slice(0, limit);
  }

  async deadLetterCount(operatorId: string): Promise<number> {
    return [...this.letters.values()].filter((letter) => letter.operatorId === operatorId).length;
  }

  async removeOperator(operatorId: string): Promise<void> {
    for (const map of [this.jobs, this.files, this.letters] as Map<string, { operatorId: string }>[])
      for (const [id, one] of [...map]) if (one.operatorId === operatorId) map.delete(id);
  }
}
