import { SingleBar } from 'cli-progress';

/** How far long work is: a bar on a terminal, a line now and then elsewhere, nothing with --json. */
export interface Progress {
  set(done: number): void;
  end(): void;
}

const QUIET: Progress = { set: () => {}, end: () => {} };
const LINE_EVERY_MS = 10_000;

export function progressOf(title: string, total: number, quiet: boolean): Progress {
  if (quiet) return QUIET;
  if (!process.stderr.isTTY) return lines(title, total);
  const bar = new SingleBar({
    format: `${title} {bar} {percentage} % · {eta_formatted} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0);
  return { set: (done) => bar.update(done), end: () => bar.stop() };
}

function lines(title: string, total: number): Progress {
  let last = Date.now();
  return {
    set: (done) => {
      if (Date.now() - last < LINE_EVERY_MS) return;
      last = Date.now();
      console.error(`${title}: ${Math.floor((100 * done) / Math.max(1, total))} %`);
    },
    end: () => {},
  };
}
