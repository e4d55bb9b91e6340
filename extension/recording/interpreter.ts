import * as vscode from 'vscode'
import { askPythonVersion } from './process.ts'

export interface Interpreter {
  readonly path: string
  readonly version: string
}

/** The part of the Python extension's public API that is used here; see its `PythonExtension` type. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string }
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>
  }
}

const OLDEST_MINOR = 8

/**
 * The Python that runs `program`: what is selected in the Python extension, else the setting, else the one on the `PATH`.
 * Returns one sentence for people where there is none that can record.
 */
export async function findInterpreter(program: vscode.Uri): Promise<Interpreter | string> {
  const selected = await selectedInPythonExtension(program)
  const setting = vscode.workspace.getConfiguration('loopscope', program).get('pythonPath', '').trim()
  const chosen = selected ?? setting
  const candidates = chosen ? [chosen] : ['python3', ...(process.platform === 'win32' ? ['python', 'py'] : [])]
  for (const path of candidates) {
    const version = await askPythonVersion(path)
    if (version === undefined) continue
    return isNewEnough(version)
      ? { path, version }
      : vscode.l10n.t('Recording needs Python {0} or newer, and {1} is Python {2}.', `3.${OLDEST_MINOR}`, path, version)
  }
  if (selected) {
    return vscode.l10n.t('The Python selected in the Python extension could not be run: {0}.', selected)
  }
  if (setting) {
    return vscode.l10n.t('The setting loopscope.pythonPath names no Python: {0} could not be run.', setting)
  }
  return vscode.l10n.t('No Python was found: {0} could not be run.', candidates.join(', '))
}

async function selectedInPythonExtension(program: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python')
  if (!extension) return undefined
  try {
    const { environments } = await extension.activate()
    if (!environments) return undefined
    const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(program))
    return resolved?.executable.uri?.fsPath
  } catch {
    return undefined // The Python extension is broken or too old: the PATH still has a Python, most likely.
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= OLDEST_MINOR)
}
