export * from './event-log';
export * from './kpi-changes';
export * from './kpi-store';
export type { KpiStoreUnderTest, MakeKpiStore } from './kpi-world';
