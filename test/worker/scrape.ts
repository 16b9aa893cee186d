/** What a worker tells Prometheus: the sum of the series of that name that carry these labels; 0: there are none. */
export type Scraped = { text: string; value(name: string, labels?: Readonly<Record<string, string>>): number }

export async function scrape(address: string): Promise<Scraped> {
  const response = await fetch(`http://${address}/metrics`)
  const text = await response.text()
  return {
    text,
    value(name, labels = {}) {
      const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
      const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      const own = lines.filter((line) => wanted.every((label) => line.includes(label)))
      return own.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
  }
}
