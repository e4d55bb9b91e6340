/**
 * Paths as a trace names them, and where their files may be now. The text is untrusted: it comes to stand in an address only as a path.
 * Separators are `/` or `\`, for a trace recorded on Windows opens elsewhere.
 */

/** Names of code without a file, as `<string>` and `<frozen importlib._bootstrap>`. */
export const isPseudoFile = (file: string): boolean => file === '' || file.startsWith('<')

/** `\\server\share`: to look there would send the user's credentials to a server of the trace's choice. */
export const isNetworkPath = (file: string): boolean => /^[\\/]{2}/.test(file)

/** `https://…` or `vscode://…`: an address and no path. A drive's single letter is no scheme. */
export const hasScheme = (file: string): boolean => /^[a-z][a-z0-9+.-]+:/i.test(file)

export const isAbsolute = (file: string): boolean => /^(\/|[a-z]:[\\/])/i.test(file)

/**
 * What to look for below a folder of the workspace, likeliest first: the path below the program's folder, then the path's tails down to
 * two names, for a trace from another machine. `/ci/build/app/main.py` run in `/ci/build` → `app/main.py`, `ci/build/app/main.py`, …
 */
export function pathsBelowAFolder(file: string, programFolder: string): string[] {
  const names = split(file)
  const folder = split(programFolder)
  const isInside = folder.length > 0 && folder.every((name, i) => names[i] === name) && names.length > folder.length
  const inside = isInside ? [names.slice(folder.length).join('/')] : []
  const tails = names.slice(0, -1).map((_, i) => names.slice(i).join('/'))
  return [...new Set(isAbsolute(file) ? [...inside, ...tails] : [names.join('/')])]
}

const split = (path: string): string[] => path.split(/[\\/]+/).filter((name) => name !== '' && name !== '.')
