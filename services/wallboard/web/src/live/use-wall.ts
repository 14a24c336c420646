import type { WallRequest } from '@sightline/contracts';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { io } from 'socket.io-client';
import { useClock } from '../clock/clock';
import type { LiveSocket, LiveView } from './live-wall';
import { LiveWall } from './live-wall';

/** A socket to the gateway: by the session's cookie, or by the token of a display link, which travels in the handshake and nowhere else. */
function openSocket(token: string | null): LiveSocket {
  return io('/live', {
    path: '/live/socket.io',
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    ...(token === null ? {} : { auth: { token } }),
  });
}

const NOTHING: LiveView = { status: 'connecting', wall: null, lostAt: null };
const never = (): (() => void) => () => undefined;
const nothing = (): LiveView => NOTHING;

/** Which part of the wall. */
export type WallFilter = Omit<WallRequest, 'view'>;

/** The wall, kept current as long as the component stands; null asks for none. */
export function useWall(filter: WallFilter | null, token: string | null): LiveView {
  const clock = useClock();
  const [live, setLive] = useState<LiveWall | null>(null);
  const wanted = filter && JSON.stringify(filter);
  useEffect(() => {
    if (wanted === null) return undefined;
    const request: WallRequest = { ...(JSON.parse(wanted) as WallFilter), view: 'wall' };
    const created = new LiveWall(openSocket(token), request, clock, Math.random);
    setLive(created);
    created.start();
    return () => {
      created.stop();
      setLive(null);
    };
  }, [wanted, token, clock]);
  return useSyncExternalStore(live?.onChange ?? never, live?.current ?? nothing);
}
