export * from './centre';
export * from './data/suite';
export * from './postgres/suite';
export * from './memory';
export * from './postgres/own-server';
