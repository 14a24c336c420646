export { wallboardSettings } from './config';
export type { WallboardConfig, WallboardPorts, WallboardService } from './service';
export { createWallboardService } from './service';
