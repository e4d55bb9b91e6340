import { TreeFragment, type Tree } from '@lezer/common'
import { parser as javascript } from '@lezer/javascript'
import { parser as python } from '@lezer/python'
import type { Coroutine } from './coroutine.ts'
import { pythonAwaitLines, pythonCoroutines } from './pythonCoroutines.ts'
import { pythonTestAt } from './pythonTests.ts'
import { typescriptAwaitLines, typescriptCoroutines } from './typescriptCoroutines.ts'

export type Language = 'python' | 'typescript' | 'tsx'

/** A change of a text: `length` characters from `offset` on were replaced by `text`. */
export interface TextChange {
  readonly offset: number
  readonly length: number
  readonly text: string
}

const typescript = { coroutines: typescriptCoroutines, awaitLines: typescriptAwaitLines }
const languages = {
  python: { parser: python, coroutines: pythonCoroutines, awaitLines: pythonAwaitLines },
  typescript: { parser: javascript.configure({ dialect: 'ts' }), ...typescript },
  tsx: { parser: javascript.configure({ dialect: 'ts jsx' }), ...typescript },
}

/** Keeps the tree of one file's text, so that a change costs a parse of what is near it alone. */
export class IncrementalParser {
  private fragments: readonly TreeFragment[] = []
  private tree: Tree | undefined

  constructor(private readonly language: Language) {}

  /** Tells of changes in the order in which they were made; each one's offset is in the text that the ones before it left. */
  change(changes: readonly TextChange[]): void {
    this.tree = undefined
    for (const { offset, length, text } of changes) {
      this.fragments = TreeFragment.applyChanges(this.fragments, [
        { fromA: offset, toA: offset + length, fromB: offset, toB: offset + text.length },
      ])
    }
  }

  /** The coroutines of `text`, which must be the text that all changes so far have led to. */
  coroutines(text: string): readonly Coroutine[] {
    return languages[this.language].coroutines(this.parsed(text), text)
  }

  /** Its lines (from 0) with an `await`, an `async with` or an `async for`, in TypeScript a `yield*`; in order. */
  awaitLines(text: string): readonly number[] {
    return languages[this.language].awaitLines(this.parsed(text), text)
  }

  /** The qualified name of the test around an offset of `text`, in Python. */
  testAt(text: string, offset: number): string | undefined {
    return this.language === 'python' ? pythonTestAt(this.parsed(text), text, offset) : undefined
  }

  private parsed(text: string): Tree {
    if (!this.tree) {
      this.tree = languages[this.language].parser.parse(text, this.fragments)
      this.fragments = TreeFragment.addTree(this.tree, this.fragments)
    }
    return this.tree
  }
}
