const { readFile, readdir, stat } = require('node:fs/promises')
const vscode = require('vscode')

exports.activate = (context) => {
  const tests = testExplorer()
  context.subscriptions.push(
    vscode.commands.registerCommand('loopscopeProbe.tools', tools),
    vscode.debug.registerDebugAdapterDescriptorFactory('debugpy', { createDebugAdapterDescriptor: debugpy }),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(attachToChild),
    vscode.workspace.registerFileSystemProvider('probe', new VirtualFiles(), {
      isReadonly: true,
      isCaseSensitive: true,
    }),
    tests,
  )
}

/** The real debugpy, from the folder that the launch configuration names; that of a child process listens already. */
function debugpy({ configuration }) {
  const { connect, debugpyFolder } = configuration
  if (connect) return new vscode.DebugAdapterServer(connect.port, connect.host)
  return new vscode.DebugAdapterExecutable('python3', ['-m', 'debugpy.adapter'], { env: { PYTHONPATH: debugpyFolder } })
}

/** A program that is debugged starts another, which waits for its own session: debugpy tells its configuration. */
function attachToChild({ event, session, body }) {
  if (event === 'debugpyAttach')
    void vscode.debug.startDebugging(session.workspaceFolder, body, { parentSession: session })
}

/** The machine's files under another scheme, as a virtual workspace has them: nobody but VS Code can read there. */
class VirtualFiles {
  onDidChangeFile = new vscode.EventEmitter().event
  watch = () => new vscode.Disposable(() => undefined)
  stat = async (uri) => {
    const status = await onDisk(() => stat(uri.path), uri)
    return { type: status.isDirectory() ? 2 : 1, ctime: status.ctimeMs, mtime: status.mtimeMs, size: status.size }
  }
  readDirectory = async (uri) =>
    (await onDisk(() => readdir(uri.path, { withFileTypes: true }), uri)).map((each) => [
      each.name,
      each.isDirectory() ? 2 : 1,
    ])
  readFile = (uri) => onDisk(() => readFile(uri.path), uri)
  writeFile = refused
  createDirectory = refused
  delete = refused
  rename = refused
}

function refused(uri) {
  throw vscode.FileSystemError.NoPermissions(uri)
}

function onDisk(read, uri) {
  return read().catch(() => {
    throw vscode.FileSystemError.FileNotFound(uri)
  })
}

/** The tests of the workspace in the Test Explorer, which _Debug Test_ runs as the Python extension does: by a launch in debugpy. */
function testExplorer() {
  const controller = vscode.tests.createTestController('loopscopeProbe', 'Python Tests')
  controller.resolveHandler = async () => {
    // No search: that takes a program which this VS Code may lack.
    const [{ uri: folder }] = vscode.workspace.workspaceFolders
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name)
    for (const name of names.filter((each) => /^test_.*\.py$/.test(each))) {
      const file = vscode.Uri.joinPath(folder, name)
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file))
      const [, test] = /\n {4}(?:async )?def (test_\w+)/.exec(text) ?? []
      if (test) controller.items.add(controller.createTestItem(file.path, test, file))
    }
  }
  controller.createRunProfile('Debug', vscode.TestRunProfileKind.Debug, async (request) => {
    const run = controller.createTestRun(request)
    const [item] = request.include ?? []
    const [folder] = vscode.workspace.workspaceFolders
    const file = item.uri.path.slice(item.uri.path.lastIndexOf('/') + 1)
    const { python, debugpyFolder, modules } = vscode.workspace.getConfiguration('loopscopeProbe').get('tests')
    const module = modules[file]
    const args = [module === 'unittest' ? file.replace('.py', '') : file]
    const ended = new Promise((resolve) => {
      const subscription = vscode.debug.onDidTerminateDebugSession(() => resolve(subscription.dispose()))
    })
    const launch = { type: 'debugpy', request: 'launch', name: `Debug ${item.label}`, console: 'internalConsole' }
    const more = { cwd: folder.uri.fsPath, python: [python], debugpyFolder, module, args }
    await vscode.debug.startDebugging(folder, { ...launch, ...more })
    await ended
    run.passed(item)
    run.end()
  })
  return controller
}

/** Asks each of Loopscope's tools without arguments, by name; what they have answered so far is in `tools.json`. */
async function tools() {
  const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('loopscope_'))
  const order = ['tasks', 'findings', 'await_graph', 'slowest_awaits'].map((name) => `loopscope_${name}`)
  const answers = {}
  for (const name of order.filter((each) => names.includes(each))) {
    const { content } = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined })
    answers[name] = content.map(({ value }) => value).join('')
    const bytes = new TextEncoder().encode(JSON.stringify(answers))
    const folder = vscode.workspace.workspaceFolders[0].uri
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'tools.json'), bytes)
  }
}
