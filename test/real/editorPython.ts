import { findInterpreters } from '../../scripts/interpreters.mjs'
import { pythonEnvironment } from './pythonEnvironment.ts'

/** Debian's own of 3.14 and newer make no environment with pip. */
const NEWEST_MINOR = 13

/** A Python with pytest and real servers, for what is started in the editor. Undefined where PyPI cannot be reached. */
export async function editorPython(): Promise<string | undefined> {
  const interpreter = findInterpreters()
    .filter(({ minor }) => minor <= NEWEST_MINOR)
    .at(-1)
  return interpreter && (await pythonEnvironment('editor', interpreter, ['pytest', 'uvicorn', 'gunicorn']))
}
