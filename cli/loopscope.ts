import { Command, CommanderError, Option } from 'commander'
import { attach } from './attach.ts'
import { cancel } from './cancel.ts'
import { printDiff } from './diff.ts'
import { exportFormats, exportTraces } from './export.ts'
import { findingFormats, findings } from './findings.ts'
import { info } from './info.ts'
import { UsageError } from './openTrace.ts'
import { ps } from './ps.ts'
import { LEVELS, record } from './record.ts'
import { start, stop } from './recording.ts'
import { mark, snapshot } from './snapshot.ts'
import { tasks } from './tasks.ts'
import { tree } from './tree.ts'

const program = new Command('loopscope')
  .description('Shows what an asyncio event loop did.')
  .exitOverride()
  .enablePositionalOptions()
  .configureHelp({ showGlobalOptions: true })

program
  .command('info')
  .description('what a trace holds: program, duration, tasks, events, loops')
  .argument('<trace...>', '.looptrace files')
  .option('--json', 'print one JSON array')
  .action(info)

program
  .command('tasks')
  .description('the tasks of a trace: state, times, what unfinished ones wait for')
  .argument('<trace...>', '.looptrace files')
  .option('--json', 'print one JSON array, with every await')
  .action(tasks)

program
  .command('findings')
  .description('what is wrong: the likeliest root cause first')
  .argument('<trace...>', '.looptrace files')
  .option('--json', 'print one JSON array')
  .option('--format <format>', `one of ${findingFormats.join(', ')}`, 'text')
  .option(
    '--fail-on <severity>',
    'end with status 1 where a finding is of this severity (error, warning, info) or worse',
  )
  .option(
    '--threshold <name=value>',
    'another threshold than the default one, once for each; docs/findings.md names them',
    (setting: string, before: string[]) => [...before, setting],
    [],
  )
  .action(findings)

program
  .command('diff')
  .description('what changed from one trace of a program to another: what is slower, new, gone')
  .argument('<before>', 'a .looptrace file')
  .argument('<after>', 'a .looptrace file')
  .option('--json', 'print one JSON array')
  .option('--all', 'also what did not change')
  .option('--min-change <percent>', 'the least change that counts (default: 20; more where there are few measurements)')
  .option('--min-ms <ms>', 'the least change that counts, in milliseconds (default: 1)')
  .action(printDiff)

program
  .command('export')
  .description('write traces in the format of another program')
  .argument('<trace...>', '.looptrace files')
  .requiredOption('--format <format>', `one of ${exportFormats.join(', ')}`)
  .requiredOption('-o, --output <file>', 'the file to write; - for the standard output')
  .action(exportTraces)

program.command('ps').description('the recorded processes that run').option('--json', 'print one JSON array').action(ps)

program
  .command('tree')
  .description('what a recorded process does now: its loops, who waits for whom, what is stuck first')
  .argument('<pid>', 'a process that `loopscope ps` lists')
  .option('--json', 'print one JSON object')
  .action(tree)

program
  .command('cancel')
  .description('cancel a task of a recorded process')
  .argument('<pid>', 'a process that `loopscope ps` lists')
  .argument('<task>', 'its id or its name, as `loopscope tree` shows them')
  .action(cancel)

program
  .command('snapshot')
  .description('write what a recorded process did up to now, and what each of its threads does, to a file')
  .argument('<pid>', 'a process that `loopscope ps` lists')
  .requiredOption('-o, --output <file>', 'the .looptrace file to write')
  .action(snapshot)

program
  .command('mark')
  .description('put a label into the trace of a recorded process, at this moment')
  .argument('<pid>', 'a process that `loopscope ps` lists')
  .argument('<label>', 'a text')
  .action(mark)

program
  .command('stop')
  .description('end the trace of a recorded process, which runs on')
  .argument('<pid>', 'a process that `loopscope ps` lists')
  .action(stop)

program
  .command('start')
  .description('begin a further trace of a process whose recording was stopped')
  .argument('<pid>', 'a process that `loopscope ps` lists')
  .option('-o, --output <path>', 'trace file or folder (default: beside the last one)')
  .action(start)

program
  .command('attach')
  .description('record a program that already runs, on CPython 3.14 or newer')
  .argument('<pid>', 'its process id')
  .option('-o, --output <path>', 'trace file or folder (default: a file in the working folder of the program)')
  .option('--interrupt', 'have it leave the system call in which it waits, by SIGSTOP and SIGCONT')
  .option('--python <path>', 'an interpreter of the same version (default: the one that it runs on)')
  .action(attach)

program
  .command('record')
  .description('run a command and record every Python process in it')
  .usage('[options] -- <command...>')
  .argument('<command...>', 'the command and its arguments')
  .option(
    '-o, --output <path>',
    'trace file or folder (default: a file of its own for each process, in the current folder)',
  )
  .addOption(
    new Option(
      '--level <level>',
      'how much: all, or without what locks and queues hold, timers and connections',
    ).choices(LEVELS),
  )
  .passThroughOptions()
  .action(record)

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `loopscope tasks x | head`: the reader has what it wants.
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (error instanceof UsageError) {
    console.error(error.message)
    process.exitCode = error.exitCode
  } else throw error
}
