import * as vscode from 'vscode'
import { registerLanguageModelTools } from './assistant/languageModelTools.ts'
import { SourceAge } from './code/sourceAge.ts'
import { COROUTINE_DOCUMENTS, SourceFiles } from './code/sourceFiles.ts'
import { BreakOn, chooseBreakOn } from './debugging/breakOn.ts'
import { DebuggedPrograms } from './debugging/debuggedPrograms.ts'
import { registerDebugSessions, toggleRecordDebugSessions } from './debugging/debugSessions.ts'
import { recordTerminals, toggleRecordTerminals } from './debugging/terminals.ts'
import { AwaitDecorations, toggleAwaitDecorations } from './decorations/awaitDecorations.ts'
import { openProgram, openTogether, openTrace } from './editor/openTrace.ts'
import { tracesAmong } from './editor/tracesAmong.ts'
import { togetherDecorations } from './editor/togetherDecorations.ts'
import { showInTrace } from './editor/showInTrace.ts'
import { TraceEditorProvider } from './editor/traceEditorProvider.ts'
import { TraceIndexes } from './index/traceIndexes.ts'
import { CoroutineLenses } from './lenses/coroutineLenses.ts'
import { attach } from './live/attach.ts'
import { liveActions, runLiveAction } from './live/liveCommands.ts'
import { LivePrograms } from './live/livePrograms.ts'
import { LiveText } from './live/liveText.ts'
import { LiveTree } from './live/liveTree.ts'
import { explainFinding } from './problems/explainFinding.ts'
import { Problems } from './problems/problems.ts'
import { keepRecordings } from './recording/keepRecordings.ts'
import { openRecorded } from './recording/openRecorded.ts'
import { openLatestRecording } from './recording/openLatestRecording.ts'
import { recordFile, recordLastLaunch, recordTest } from './recording/record.ts'
import { Recordings } from './recording/recordings.ts'
import { FindingsTree, kindOfNode, showFindingInLanes } from './views/findingsTree.ts'
import { deleteRecording, renameRecording, revealRecording } from './views/recordingCommands.ts'
import { RecordingsTree } from './views/recordingsTree.ts'
import { openSample } from './views/sample.ts'
import { showMenu, StatusItem } from './views/statusItem.ts'

/** Wiring only: what is registered here lives in the file of its name. */
export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now()
  const log = vscode.window.createOutputChannel('Loopscope', { log: true })
  const recordings = new Recordings()
  const indexes = new TraceIndexes(context, log)
  const editors = new TraceEditorProvider(context.extensionUri, log, async (trace) =>
    (await indexes.families.of(trace)).map(({ uri }) => uri),
  )
  const files = new SourceFiles(log)
  const age = new SourceAge()
  const lenses = new CoroutineLenses(files, indexes, age, log)
  const recordingsTree = new RecordingsTree(context, indexes)
  const findingsTree = new FindingsTree(indexes)
  const debugged = new DebuggedPrograms(context)
  const live = new LivePrograms(context, debugged, log)
  const texts = new LiveText()
  const surroundings = { context, log, recordings, files, indexes }
  const command = (name: string, run: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`loopscope.${name}`, run)

  context.subscriptions.push(
    log,
    recordings,
    editors.register(),
    togetherDecorations(),
    indexes,
    files,
    age,
    lenses,
    vscode.languages.registerCodeLensProvider(COROUTINE_DOCUMENTS, lenses),
    new AwaitDecorations(files, indexes, age),
    new Problems(indexes),
    new StatusItem(indexes),
    recordingsTree,
    vscode.window.createTreeView('loopscope.recordings', { treeDataProvider: recordingsTree, canSelectMany: true }),
    findingsTree,
    vscode.window.registerTreeDataProvider('loopscope.findings', findingsTree),
    debugged,
    live,
    texts,
    new LiveTree(live),
    new BreakOn(live, debugged, log),
    recordTerminals(context, log),
    keepRecordings({ context, log, indexes, written: () => live.written() }),
    ...registerDebugSessions(context, log),
    ...registerLanguageModelTools(indexes),
    command('openTrace', (uri) => openTrace(asUri(uri))),
    command('openTogether', (clicked, selected) => openTogether(tracesAmong(clicked, selected))),
    command('openProgram', (clicked) => {
      const [trace] = tracesAmong(clicked, undefined)
      if (trace) return openProgram(trace)
    }),
    command('openLatestRecording', () => openLatestRecording(context, (trace) => openRecorded(trace, indexes))),
    command('showInTrace', (address, target) => showInTrace(editors, address, target)),
    command('explainFinding', (kind) => explainFinding(context.extensionUri, kindOfNode(kind) ?? kind)),
    command('showFindingInLanes', showFindingInLanes),
    command('recordPythonFile', (uri) => recordFile(asUri(uri), surroundings)),
    command('recordNodeFile', (uri) => recordFile(asUri(uri), surroundings)),
    command('recordTest', (uri, test) => recordTest(asUri(uri), test, surroundings)),
    command('recordLastLaunch', () => recordLastLaunch(surroundings)),
    command('stopRecording', () => recordings.stop()),
    command('renameRecording', renameRecording),
    command('deleteRecording', deleteRecording),
    command('revealRecording', revealRecording),
    command('toggleAwaitDecorations', toggleAwaitDecorations),
    command('toggleRecordTerminals', toggleRecordTerminals),
    command('toggleRecordDebugSessions', toggleRecordDebugSessions),
    command('openSample', () => openSample(context)),
    command('showMenu', showMenu),
    command('live.breakOn', chooseBreakOn),
    command('live.attach', () => attach(context, live)),
    command('live.refresh', () => live.refresh(true)),
    ...Object.keys(liveActions).map((name) =>
      command(`live.${name}`, (node) => runLiveAction(name, live, texts, node)),
    ),
  )
  indexes.start()
  log.info(`Activated in ${(performance.now() - started).toFixed(1)} ms`)
}

const asUri = (value: unknown): vscode.Uri | undefined => (value instanceof vscode.Uri ? value : undefined)
