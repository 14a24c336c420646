export * from './fold/facts';
export * from './fold/interpret';
export * from './fold/meaning';
export * from './fold/rows';
export * from './fold/sources';
