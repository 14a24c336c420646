import type { WallRequest } from '@sightline/contracts';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { io } from 'socket.io-client';
import type { PageClock } from '../clock/clock';
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

function create(pool: string | null, token: string | null, clock: PageClock): LiveWall {
  const request: WallRequest = { view: 'wall', ...(pool === null ? {} : { pool }) };
  return new LiveWall(openSocket(token), request, clock, Math.random);
}

/** The wall, kept current as long as the component stands. */
export function useWall(pool: string | null, token: string | null): LiveView {
  const clock = useClock();
  const [live, setLive] = useState<LiveWall | null>(null);
  useEffect(() => {
    const created = create(pool, token, clock);
    setLive(created);
    created.start();
    return () => created.stop();
  }, [pool, token, clock]);
  return useSyncExternalStore(live?.onChange ?? never, live?.current ?? nothing);
}
