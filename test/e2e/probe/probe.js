const vscode = require('vscode')

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('loopscopeProbe.tools', tools),
    vscode.debug.registerDebugAdapterDescriptorFactory('debugpy', { createDebugAdapterDescriptor: debugpy }),
    vscode.debug.onDidReceiveDebugSessionCustomEvent(attachToChild),
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
