export * from './directory-store';
export * from './event-log';
export * from './identity-store';
export * from './intake-store';
export * from './kpi-changes';
export * from './kpi-store';
export type { KpiStoreUnderTest, MakeKpiStore } from './kpi-world';
export * from './vault';
