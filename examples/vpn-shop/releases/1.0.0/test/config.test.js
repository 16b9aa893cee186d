import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadConfig } from '../app/config.js'

const directory = new URL('../config/', import.meta.url)

for (const name of readdirSync(directory)) {
  test(`${name} has what the shop needs, and its hash is that of the bytes`, () => {
    const file = fileURLToPath(new URL(name, directory))
    const { hash, port, vpnApi, paymentProvider, poolSize, workerEveryMs } = loadConfig(file)
    assert.equal(hash, createHash('sha256').update(readFileSync(file)).digest('hex'))
    for (const value of [port, poolSize, workerEveryMs]) assert.ok(Number.isInteger(value) && value > 0)
    for (const url of [vpnApi, paymentProvider]) assert.ok(URL.canParse(url))
  })
}
