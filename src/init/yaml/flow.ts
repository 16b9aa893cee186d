import { type Document, type Node, YAMLMap, YAMLSeq } from 'yaml'
import { isMapping } from '../../config/yaml/merge.ts'

/** A value on one line, spaced as formatters leave it: `[node, server.js]`, `{ sign_off: true }`. */
export function flowNode(document: Document, value: unknown): Node {
  if (Array.isArray(value)) {
    const list = new TightList()
    list.flow = true
    list.items = value.map((item: unknown) => flowNode(document, item))
    return list
  }
  if (!isMapping(value)) return document.createNode(value)
  const map = new WideMap()
  map.flow = true
  map.items = Object.entries(value).map(([key, inner]) => document.createPair(key, flowNode(document, inner)))
  return map
}

type Sheet = Parameters<YAMLSeq['toString']>

class TightList extends YAMLSeq {
  override toString(...[context, ...rest]: Sheet): string {
    return super.toString(context && { ...context, flowCollectionPadding: '' }, ...rest)
  }
}

class WideMap extends YAMLMap {
  override toString(...[context, ...rest]: Sheet): string {
    return super.toString(context && { ...context, flowCollectionPadding: ' ' }, ...rest)
  }
}
