export * from './postgres/suite';
