import { findingKinds, type FindingKind } from '../../trace/findings/registry.ts'

/** The anchor of a kind's section in docs/findings.md, as Markdown previews make it of the heading “Title: `kind`”. */
export function findingAnchor(kind: FindingKind): string {
  return `${findingKinds[kind].title}: \`${kind}\``
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}
