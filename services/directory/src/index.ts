export type { Verdict } from './access/verify';
export { verifyAccessLog } from './access/verify';
export type { NewSession } from './accounts/sessions';
export type { DirectoryConfig } from './config';
export { directorySettings } from './config';
export type { CsvFormat, CsvReport } from './csv/import';
export type { RowProblem } from './rows/problem';
export type { DirectoryPorts, DirectoryService, Operator } from './service';
export { createDirectoryService } from './service';
