import { once } from 'node:events';
import { WebSocket } from 'undici';

/** Lets a program be asked to collect its garbage. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/**
 * Has the garbage of a program collected, so that what its heap holds afterwards is in use.
 * @param errors What it printed on standard error: there stands where its inspector listens.
 */
export async function collectGarbage(errors: string): Promise<void> {
  const address = /ws:\/\/127\.0\.0\.1:\S+/.exec(errors)?.[0];
  if (address === undefined) throw new Error('the program has no inspector');
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
  await answered;
  socket.close();
}
