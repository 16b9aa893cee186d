import { describe, expect, it } from 'vitest'
import { validatePushTarget, validateRepositoryLocation } from '../../src/domain/repository-location.ts'
import { isCommitId, parseVersion, shown, validateEnvironmentName, validateRef } from '../../src/domain/version.ts'

describe('a version', () => {
  it.each(['1.2.3', '1.2.3-rc.1', '1.2.3+build.5', '2024.06.1', 'nightly-7', 'a', 'x'.repeat(64)])(
    '%s is taken',
    (text) => {
      expect(parseVersion(text)).toEqual({ version: text })
    },
  )

  it.each([
    ['1.2.3; touch x', 'letters, digits'],
    ['$(id)', 'letters, digits'],
    ['`id`', 'letters, digits'],
    ['-rf', 'leading "-"'],
    ['--upload-pack=x', 'leading "-"'],
    ['', 'got nothing'],
    ['   ', 'got nothing'],
    ['1'.repeat(300), 'at most 64 characters, got 300'],
    ['1.0.0\n2.0.0', 'control characters'],
    ['1.0.0\r', 'control characters'],
    ['1.0.0\n', 'control characters'],
    ['1.0.0\0', 'control characters'],
    ['1.0.0\u001b[2J', 'control characters'],
    ['1.0.0\u202e', 'ASCII only'],
    ['1.0\u200b.0', 'ASCII only'],
    ['１.０.０', 'ASCII only'],
    ['<img src=x onerror=alert(1)>', 'letters, digits'],
    ['../1.0.0', 'letters, digits'],
    ['1.0.0/..', 'letters, digits'],
    ['1..0', '".."'],
    ['1.0.', 'final "."'],
    ['1.0.lock', 'final ".lock"'],
    ['.hidden', 'letters, digits'],
    ['HEAD', 'not one that git moves'],
    ['FETCH_HEAD', 'not one that git moves'],
    ['1.0 .0', 'letters, digits'],
  ])('%j is refused: %s', (text, why) => {
    expect(parseVersion(text)).toEqual({ problem: expect.stringContaining(why) })
  })
})

describe('a ref', () => {
  const full = 'abc123def4'.repeat(4)
  it.each(['main', 'release/1.2', 'refs/tags/v1.2.3', 'v1.2.3', full, 'feature-#5'])('%s is taken', (text) => {
    expect(validateRef(text)).toEqual({ ref: text })
  })

  it.each([
    ['--upload-pack=touch x', 'leading "-"'],
    ['-q', 'leading "-"'],
    ['a..b', 'a full commit id'],
    ['a^{x}', 'a full commit id'],
    ['@{u}', 'a full commit id'],
    ['main@{1}', 'a full commit id'],
    [':(top)x', 'a full commit id'],
    ['x.lock', 'a full commit id'],
    ['a/x.lock/b', 'a full commit id'],
    ['a//b', 'a full commit id'],
    ['/a', 'a full commit id'],
    ['a/', 'a full commit id'],
    ['a/.b', 'a full commit id'],
    ['a b', 'a full commit id'],
    ['a~1', 'a full commit id'],
    ['a*', 'a full commit id'],
    ['a\\b', 'a full commit id'],
    ['HEAD', 'which HEAD and @ are not'],
    ['head', 'which HEAD and @ are not'],
    ['ORIG_HEAD', 'which HEAD and @ are not'],
    ['@', 'which HEAD and @ are not'],
    ['abc123d', 'all 40 digits'],
    ['', 'got nothing'],
    ['a\nb', 'control characters'],
    ['a\u202eb', 'ASCII only'],
    ['x'.repeat(201), 'at most 200'],
  ])('%j is refused: %s', (text, why) => {
    expect(validateRef(text)).toEqual({ problem: expect.stringContaining(why) })
  })

  it('is a commit id only with all its digits', () => {
    expect([full, 'a'.repeat(64), full.slice(1), full.toUpperCase(), `${full}\n`].map(isCommitId)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('a repository', () => {
  it.each([
    ['/srv/shop', 'path'],
    ['.', 'path'],
    ['../shop.git', 'path'],
    ['/srv/a b/ü', 'path'],
    ['https://git.example.com/team/shop.git', 'url'],
    ['https://git.example.com:8443/shop', 'url'],
    ['https://[::1]/shop', 'url'],
    ['ssh://git@git.example.com:2222/team/shop.git', 'url'],
    ['git@git.example.com:team/shop.git', 'url'],
    ['host:shop.git', 'url'],
  ])('%s is taken as a %s', (text, kind) => {
    expect(validateRepositoryLocation(text)).toEqual({ location: text, kind })
  })

  it.each([
    'ext::sh -c touch% x',
    'fd::17',
    '::x',
    'file:///srv/shop',
    'http://git.example.com/shop',
    'git://git.example.com/shop',
    'ftp://git.example.com/shop',
    'HTTPS://git.example.com/shop',
    '-oProxyCommand=x',
    '--upload-pack=x',
    'ssh://-oProxyCommand=x/y',
    'ssh://git@-oProxyCommand=x/y',
    'ssh://-lroot@host/y',
    'git@-oProxyCommand=x:y',
    'git@host:-y',
    'ssh://host/-y',
    'https://good.example@evil.example/r',
    'https://token@git.example.com/r',
    'https://git.example.com',
    'https:///r',
    'https://git.example.com/r?x=1',
    'https://git.example.com/r#x',
    'a\nb',
    '/srv/shop\0',
    '',
    ' ',
    '/'.repeat(501),
  ])('%j is refused', (text) => {
    expect(validateRepositoryLocation(text)).toEqual({ problem: expect.stringContaining('repository: expected') })
  })

  it.each([
    'https://user:hunter2@host/r',
    'https://hunter2@host/r',
    'https://user:hunter2@',
    'https://a@b:hunter2@host/r',
    'ssh://user:hunter2@host/r',
    'ssh://hunter2:@host/r',
    'http://user:hunter2@host/r',
    'ftp://user:hunter2@host/r',
    'user:hunter2@host:r',
    '-https://user:hunter2@host/r',
    'ext::https://user:hunter2@host/r',
    'https://user:hunter2@host/r?x',
    'https://user:hunt\u0000er2@host/r',
  ])('%j is refused, and what may be a password is printed nowhere', (text) => {
    const answer = validateRepositoryLocation(text)
    expect(answer).toEqual({ problem: expect.any(String) })
    expect(JSON.stringify(answer)).not.toMatch(/hunt|er2/)
  })

  it('pushed to is a remote by name, or a location', () => {
    expect(validatePushTarget('origin')).toEqual({ remote: 'origin' })
    expect(validatePushTarget('git@host:shop')).toEqual({ remote: 'git@host:shop' })
    for (const text of ['-f', '--mirror', 'ext::x', 'https://u:p@h/r', ''])
      expect(validatePushTarget(text)).toHaveProperty('problem')
  })
})

describe('an environment', () => {
  it.each(['prod', 'staging-2', 'a'])('%s is taken', (text) =>
    expect(validateEnvironmentName(text)).toEqual({ environment: text }),
  )

  it.each(['../prod', 'prod/', 'PROD', 'prod ', 'prod\n', '', '2prod', 'x'.repeat(33)])('%j is refused', (text) => {
    expect(validateEnvironmentName(text)).toEqual({ problem: expect.stringContaining('environment: expected') })
  })
})

it('what is quoted in a refusal is short and harmless in a terminal', () => {
  expect(shown('\u001b[2J\u202e"')).toBe('"\\u001b[2J\\u202e\\""')
  expect(shown('x'.repeat(300))).toHaveLength(63)
})
