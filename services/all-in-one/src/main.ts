import { runProgram } from './cli/program';

void runProgram(process.argv).then((code) => {
  process.exitCode = code;
});
