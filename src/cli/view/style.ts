import { styleText } from 'node:util'

/** How a state is shown: a sign, a colour, or neither where the terminal has none. */
export type Style = {
  ok(text: string): string
  bad(text: string): string
  busy(text: string): string
  quiet(text: string): string
  strong(text: string): string
  marks: { done: string; failed: string; now: string; open: string; arrow: string; more: string }
}

export function styleOf({ colour, unicode }: { colour: boolean; unicode: boolean }): Style {
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text
  return {
    ok: paint('green'),
    bad: paint('red'),
    busy: paint('cyan'),
    quiet: paint('dim'),
    strong: paint('bold'),
    marks: unicode
      ? { done: '✔', failed: '✖', now: '●', open: '○', arrow: '→', more: '…' }
      : { done: '+', failed: 'x', now: '*', open: '-', arrow: '->', more: '...' },
  }
}
