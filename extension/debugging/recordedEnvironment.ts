/** A process's environment, as far as it matters here. */
export type Environment = Readonly<Record<string, string | null | undefined>>

/**
 * The variables that record every Python process started with them: the recorder's `inject` folder goes before what `PYTHONPATH` names, and
 * each process writes a trace of its own into `folder`. `null` as VS Code's debug configurations mean it: the variable is taken away.
 */
export function recordedEnvironment(
  environment: Environment,
  { inject, folder, separator }: { readonly inject: string; readonly folder: string; readonly separator: string },
): { readonly PYTHONPATH: string; readonly LOOPSCOPE: string } {
  const before = environment['PYTHONPATH'] ?? ''
  const parts = before.split(separator).filter((part) => part !== '' && part !== inject)
  return {
    PYTHONPATH: [inject, ...parts].join(separator),
    LOOPSCOPE: /[\\/]$/.test(folder) ? folder : `${folder}/`,
  }
}
