import { SightlineError } from '@sightline/contracts';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Configuration } from '../installation/settings';
import { VERSION } from '../version';
import type { CallsForm } from './calls';
import { callsCommand } from './calls';
import { doctorCommand } from './doctor';
import type { QueryOptions } from './figures';
import { figuresCommand } from './figures';
import { importCommand } from './import';
import { importCsvCommand } from './import-csv';
import { migrateCommand } from './migrate';
import { rebuildCommand } from './rebuild';
import { Remote } from './remote';
import { serveCommand } from './serve';
import { UsageError } from './usage';
import { readConfiguration } from '../installation/settings';

/** 0 well · 1 it failed · 2 the command line cannot be understood. */
const FAILED = 1;
const MISUSED = 2;

interface Options {
  readonly [name: string]: unknown;
  readonly json?: boolean;
  readonly data?: string;
  readonly url?: string;
  readonly token?: string;
}

/** Runs the program of a command line; resolves to its exit code, after what went wrong has been said in a sentence. */
export async function runProgram(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  let code = 0;
  const program = build(env, (outcome) => (code = outcome));
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED;
    console.error(`sightline: ${sentence(error)}`);
    return error instanceof UsageError ? MISUSED : FAILED;
  }
}

function sentence(error: unknown): string {
  if (error instanceof SightlineError) return error.message;
  const words = error instanceof Error ? error.message : String(error);
  return `something went wrong that nobody foresaw: ${words}`;
}

function build(env: NodeJS.ProcessEnv, done: (code: number) => void): Command {
  const program = new Command('sightline')
    .description('Watches the phone work of outsourced customer-service teams while it happens.')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .option('--data <folder>', 'folder of database, keys and logs (SIGHTLINE_DATA)', env['SIGHTLINE_DATA'] || '.sightline')
    .showHelpAfterError('(sightline help <command> tells more)');
  const configuration = (options: Options): Configuration => readConfiguration({ ...env, SIGHTLINE_DATA: options.data });
  const remote = ({ url, token, data }: Options): Remote => {
    const at = url ?? env['SIGHTLINE_URL'];
    const key = token ?? env['SIGHTLINE_TOKEN'];
    return new Remote({ data: data ?? '.sightline', ...(at ? { url: at } : {}), ...(key ? { token: key } : {}) });
  };
  const run =
    (work: (options: Options, command: Command) => Promise<number>) =>
    async (...args: unknown[]): Promise<void> => {
      const command = args.at(-1) as Command;
      done(await work(command.optsWithGlobals<Options>(), command));
    };

  program
    .command('serve')
    .description('runs Sightline on this machine until Ctrl-C')
    .addHelpText('after', examples('sightline serve', 'SIGHTLINE_PORT=8080 SIGHTLINE_HOST=0.0.0.0 sightline serve'))
    .action(run((options) => serveCommand(configuration(options))));
  addImport(program, run, remote);
  addQueries(program, run, remote);
  program
    .command('rebuild')
    .description('computes all rows anew from the facts kept, while Sightline is stopped')
    .option('--json', 'for machines')
    .action(run((options) => rebuildCommand(configuration(options), options.json ?? false)));
  program
    .command('migrate')
    .description("brings the database's schema to this version, while Sightline is stopped")
    .option('--json', 'for machines')
    .action(run((options) => migrateCommand(configuration(options), options.json ?? false)));
  asClient(program.command('doctor').description('looks whether all is well and says what to do'))
    .option('--json', 'for machines')
    .action(run((options) => doctorCommand(configuration(options), remote(options), options.json ?? false)));
  return program;
}

type Run = (work: (options: Options, command: Command) => Promise<number>) => (...args: unknown[]) => Promise<void>;
type RemoteOf = (options: Options) => Remote;

function asClient(command: Command): Command {
  return command
    .option('--url <address>', 'a Sightline elsewhere (SIGHTLINE_URL)')
    .option('--token <token>', 'what to sign in with there (SIGHTLINE_TOKEN); on this machine it is found in the data folder');
}

function addImport(program: Command, run: Run, remote: RemoteOf): void {
  asClient(program.command('import'))
    .description('imports an Asterisk queue_log, or a CSV of the directory')
    .argument('<file>')
    .option('--source <name>', 'telephone system the file is of; made when it is not there')
    .option('--zone <zone>', 'time zone of the site, such as America/New_York', 'UTC')
    .addOption(new Option('--when-ambiguous <which>', 'local times the clock showed twice').choices(['earlier', 'later']))
    .addOption(new Option('--as <what>', 'the file is a CSV of the directory').choices(['queues', 'people', 'mappings']))
    .option('--dry-run', 'a CSV: only say what would change')
    .option('--yes', 'do not ask')
    .option('--lines-per-second <n>', 'no faster than this', whole)
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      examples(
        'sightline import february.queue_log --source bank --zone Asia/Jerusalem --yes',
        'sightline import mappings.csv --as mappings --source bank',
      ),
    )
    .action(
      run((options, command) => {
        const [file = ''] = command.args;
        const { as, dryRun = false, json = false, source } = options as Options & { as?: 'queues'; dryRun?: boolean; source?: string };
        if (as !== undefined) return importCsvCommand(remote(options), { file, as, source: source ?? null, dryRun, json });
        if (source === undefined) throw new UsageError('say which telephone system the file is of: --source <name>');
        return importCommand(remote(options), {
          file,
          source,
          zone: String(options['zone']),
          whenAmbiguous: (options['whenAmbiguous'] as 'earlier' | 'later' | undefined) ?? null,
          yes: options['yes'] === true,
          json,
          linesPerSecond: (options['linesPerSecond'] as number | undefined) ?? null,
        });
      }),
    );
}

/** Options that are parameters of GET /v1/figures and /v1/calls, by the same names. */
const SELECTION = [
  ['--family <family>', 'visit (queue and clinic), contact (contract), leg (agent)'],
  ['--clinic <id>', 'only this clinic; repeatable'],
  ['--queue <source/queue>', 'only this queue; repeatable'],
  ['--agent <id>', 'only this agent; repeatable'],
  ['--call-type <type>', 'only this call type; repeatable'],
  ['--zone <zone>', 'zone of local dates and of days'],
  ['--formula <id>', 'SL1 … SL7; else what the contract says'],
  ['--threshold-seconds <n>', 'service level: answered within'],
  ['--short-seconds <n>', 'abandoned within counts as short'],
] as const;
const REPEATABLE = new Set(['--clinic <id>', '--queue <source/queue>', '--agent <id>', '--call-type <type>', '--figures <names>']);

function addParameters(command: Command, parameters: readonly (readonly [string, string])[]): Command {
  for (const [flags, help] of parameters) {
    if (REPEATABLE.has(flags)) command.option(flags, help, (value: string, before: readonly string[] = []) => [...before, value]);
    else command.option(flags, help);
  }
  return command;
}

function addQueries(program: Command, run: Run, remote: RemoteOf): void {
  const span = [
    ['--from <time>', 'local date or time of the zone, or an instant with Z or offset'],
    ['--to <time>', 'up to here, not included'],
  ] as const;
  const figures = asClient(program.command('figures')).description('key figures, as GET /v1/figures');
  addParameters(figures, [...span, ...SELECTION])
    .option('--figures <names>', 'which ones, with commas between')
    .option('--interval <interval>', '1min 5min 15min 30min 1h 1d 1w 1mo all')
    .option('--group-by <dimensions>', 'clinic, queue, agent, callType, with commas between')
    .option('--week-start <day>', '1 = Monday … 7 = Sunday')
    .option('--confidence <level>', 'intervals for ratios, such as 0.95')
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      examples(
        'sightline figures --from 2026-11-02 --to 2026-11-03 --zone America/New_York --group-by clinic',
        'sightline figures --from 1999-02-01 --to 1999-03-01 --zone Asia/Jerusalem --figures offered,serviceLevel --threshold-seconds 20',
      ),
    )
    .action(run((options) => figuresCommand(remote(options), parametersOf(options), options.json ?? false)));
  const calls = asClient(program.command('calls')).description('the calls behind a figure, as GET /v1/calls');
  addParameters(calls, [...span, ...SELECTION])
    .option('--class <class>', 'all, answered, answeredWithin, abandoned, flowedOut …')
    .option('--figure <name>', 'what each call adds to')
    .option('--limit <n>', 'at most so many', whole)
    .option('--csv', 'all of them as CSV')
    .option('--json', 'all of them for machines')
    .addHelpText(
      'after',
      examples('sightline calls --from 2026-11-02 --to 2026-11-03 --zone America/New_York --class abandoned --csv > abandoned.csv'),
    )
    .action(
      run((options) => {
        const form: CallsForm = options['csv'] === true ? 'csv' : options.json === true ? 'json' : 'table';
        return callsCommand(remote(options), parametersOf(options), form, (options['limit'] as number | undefined) ?? null);
      }),
    );
}

/** Options that are not parameters of the query. */
const NOT_ASKED = new Set(['json', 'csv', 'limit', 'data', 'url', 'token']);

function parametersOf(options: Options): QueryOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !NOT_ASKED.has(name))) as QueryOptions;
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ npx ${line}`).join('\n')}\n`;
}
