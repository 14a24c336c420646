import { BusyError, InputError } from '@sightline/contracts';
import type { FollowedFile } from '@sightline/ports';
import { newId } from '@sightline/runtime';
import { z } from 'zod';
import type { FollowPorts, FollowState, FollowTools } from './follower';
import { Follower } from './follower';

export const followRequest = z.strictObject({ source: z.string().min(1).max(64), path: z.string().min(1).max(1_024) });
export type FollowRequest = z.infer<typeof followRequest>;

/** A followed file as people see it. */
export type FollowView = Pick<FollowedFile, 'followId' | 'source' | 'path' | 'generation' | 'offset'> & { readonly state: FollowState };

/** The files that are read while they grow. One of a source at a time. */
export class Follows {
  private readonly running = new Map<string, Follower>();
  private readonly creating = new Set<string>();

  constructor(
    private readonly ports: FollowPorts,
    private readonly tools: FollowTools,
  ) {}

  /** Goes on with everything that was being followed. */
  async start(): Promise<void> {
    for (const file of await this.ports.intake.follows()) if (!file.stopped) this.run(file);
  }

  async stop(): Promise<void> {
    const followers = [...this.running.values()];
    this.running.clear();
    await Promise.all(followers.map((follower) => follower.stop()));
  }

  /**
   * InputError 403 `outside-folders`, 404 `unknown-source`, 422 `no-such-file`, 409 `already-followed`. A file that was followed before is
   * read on from where it was left.
   */
  async create(operatorId: string, { source, path }: FollowRequest): Promise<FollowView> {
    const { row } = await this.tools.sources.require(operatorId, source);
    if (row.system !== 'queueLog') throw new InputError('not-a-queue-log', 'this source takes no queue logs', { status: 422 });
    const found = await this.tools.folders.open(path);
    if (!found) throw new InputError('no-such-file', 'there is no such file', { status: 422 });
    await found.handle.close();
    if (this.creating.has(source)) throw new BusyError('follow-starting', 'a file of this source is just being taken up');
    this.creating.add(source);
    try {
      return viewOf(this.run(await this.takeUp(operatorId, { source, path, fileId: found.fileId })));
    } finally {
      this.creating.delete(source);
    }
  }

  private async takeUp(operatorId: string, { source, path, fileId }: FollowRequest & { readonly fileId: string }): Promise<FollowedFile> {
    const { intake, clock } = this.ports;
    const earlier = (await intake.follows()).filter((file) => file.operatorId === operatorId && file.source === source);
    if (earlier.some((file) => this.running.has(file.followId))) {
      throw new InputError('already-followed', 'a file of this source is being followed already', { status: 409 });
    }
    const file = fileToFollow(earlier, { operatorId, source, path, fileId, followId: newId(clock.nowMs()) });
    await intake.putFollow(file);
    return file;
  }

  list(operatorId: string): readonly FollowView[] {
    return [...this.running.values()].filter(({ file }) => file.operatorId === operatorId).map(viewOf);
  }

  /** InputError 404 `unknown-follow`. */
  async remove(operatorId: string, followId: string): Promise<void> {
    const follower = this.running.get(followId);
    if (follower?.file.operatorId !== operatorId) throw new InputError('unknown-follow', 'no such file is being followed', { status: 404 });
    this.running.delete(followId);
    await follower.stop();
    await this.ports.intake.putFollow({ ...follower.file, stopped: true });
  }

  private run(file: FollowedFile): Follower {
    const follower = new Follower(file, this.ports, this.tools);
    this.running.set(file.followId, follower);
    return follower;
  }
}

/**
 * The same file again, from where it was left; or a new one, counted after all others of the source. A new one is known from now on by
 * what it is: it may be renamed before its first byte is read.
 */
function fileToFollow(
  earlier: readonly FollowedFile[],
  wanted: Pick<FollowedFile, 'followId' | 'operatorId' | 'source' | 'path' | 'fileId'>,
): FollowedFile {
  const same = earlier.find((file) => file.path === wanted.path);
  if (same) return { ...same, stopped: false };
  const generation = earlier.reduce((next, file) => Math.max(next, file.generation + 1), 0);
  return { ...wanted, generation, offset: 0, stopped: false };
}

function viewOf({ file, state }: Follower): FollowView {
  const { followId, source, path, generation, offset } = file;
  return { followId, source, path, generation, offset, state };
}
