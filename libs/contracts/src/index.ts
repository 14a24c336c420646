export * from './directory';
export * from './entity';
export * from './errors';
export * from './event';
export * from './figures';
export * from './identity';
export * from './rows';
