import path from 'node:path';
import { z } from 'zod';
import { readIfThere, writePrivate } from '../data-directory/files';

/** How far the demo has come, so that a restart goes on where it stopped. Sending again would be harmless, only slow. */
const schema = z.object({
  /** Key of the demo's telephone system. */
  key: z.string(),
  /** The floor's day on which it was opened. */
  firstDay: z.string(),
  /** Everything since the beginning of the first day and before this instant has been sent, ms. */
  sentUntil: z.number(),
  /** Earlier days that have been sent whole. */
  daysSent: z.array(z.string()),
});
export type DemoProgress = z.infer<typeof schema>;

/** The demo's own file in the data folder. */
export class DemoFile {
  private readonly file: string;

  constructor(folder: string) {
    this.file = path.join(folder, 'demo.json');
  }

  read(): DemoProgress | null {
    const text = readIfThere(this.file);
    if (text === null) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  write(progress: DemoProgress): void {
    writePrivate(this.file, JSON.stringify(progress));
  }
}
