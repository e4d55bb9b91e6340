import { follow, type Followed } from '../live/follow.ts'
import { findProcesses } from '../live/processes.ts'
import { processTree, type ProcessNode } from '../live/processTree.ts'
import { isSilent } from '../live/requests.ts'
import type { Entry } from '../live/entry.ts'
import { findAll } from '../trace/findings/index.ts'
import { processReport } from '../trace/live/json.ts'
import { processText } from '../trace/live/text.ts'
import { liveProcess } from '../trace/live/tree.ts'
import type { TraceModel } from '../trace/model/types.ts'
import { answered, NotRecorded, recordedProcess } from './liveEntry.ts'
import { lookAt } from './look.ts'

/** Prints what a process does now, and those that came from it: their loops, who waits for whom, what is stuck first. */
export async function tree(pid: string, options: { json?: boolean }): Promise<void> {
  const model = await modelOf(pid)
  const children = childrenOf(
    processTree((await findProcesses()).processes, (entry) => entry),
    model.header.pid,
  )
  if (options.json) console.log(JSON.stringify(await report(model, children)))
  else console.log((await texts(model, children)).join('\n\n'))
}

type Nodes = readonly ProcessNode<Entry>[]

const childrenOf = (nodes: Nodes, pid: number): Nodes =>
  nodes.flatMap(({ process, children }) => (process.pid === pid ? children : childrenOf(children, pid)))

const living = (model: TraceModel): ReturnType<typeof liveProcess> => liveProcess(model, findAll(model).findings)

/** The report of a process; `children`: the reports of those that came from it. */
async function report(model: TraceModel, children: Nodes): Promise<object> {
  const models = await modelsOf(children)
  const reports = await Promise.all(models.map(({ model: each, node }) => report(each, node.children)))
  return { ...processReport(living(model), model), children: reports }
}

/** Of each process one, from top to bottom. */
async function texts(model: TraceModel, children: Nodes): Promise<string[]> {
  const models = await modelsOf(children)
  const below = await Promise.all(models.map(({ model: each, node }) => texts(each, node.children)))
  return [processText(living(model)), ...below.flat()]
}

/** Those that answer; one that ends meanwhile is left out, one that cannot answer is said. */
async function modelsOf(nodes: Nodes): Promise<{ readonly node: ProcessNode<Entry>; readonly model: TraceModel }[]> {
  const models = nodes.map(async (node) => {
    try {
      return [{ node, model: await followed(node.process) }]
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error))
      return []
    }
  })
  return (await Promise.all(models)).flat()
}

async function followed(entry: Entry): Promise<TraceModel> {
  const following = follow(entry)
  try {
    return await answered(now(following))
  } finally {
    await following.close()
  }
}

async function modelOf(pid: string): Promise<TraceModel> {
  try {
    return await followed(await recordedProcess(pid))
  } catch (error) {
    const model = error instanceof NotRecorded ? await lookAt(pid) : undefined
    if (!model) throw error
    console.error(
      `Process ${pid} is not recorded: this is a look from outside. \`loopscope attach ${pid}\` records it.`,
    )
    return model
  }
}

/** The process now, or where it does not answer as it was when it last wrote. */
async function now(following: Followed): Promise<TraceModel> {
  try {
    return (await following.snapshot()).model
  } catch (error) {
    if (!isSilent(error)) throw error
    const model = await following.readOn()
    if (!model) throw error
    console.error(`${error.message} What follows had been written before.`)
    return model
  }
}
