export * from './clock';
export * from './directory-store';
export * from './event-log';
export * from './identity-store';
export * from './intake-store';
export * from './kpi-store';
export * from './vault';
