import { expect, test } from 'vitest'
import { newDeploymentId } from '../../src/client/prepare.ts'
import { adoptedVersion, adoptionName } from '../../src/domain/adoption.ts'
import { adoptCommand } from '../../src/domain/next-command.ts'

test.each(['1.1.0', '2.0.0-rc.1', '1.0.0-abc'])('the id of an adoption says which version it is of: %s', (version) => {
  const deployment = newDeploymentId(adoptionName(version))
  expect(adoptedVersion({ deployment })).toBe(version)
  expect(adoptCommand('production', adoptedVersion({ deployment }))).toBe(`belay adopt production --version ${version}`)
})

test('where the version is not known its place is shown: the command refuses to run without it', () => {
  expect(adoptCommand('production', adoptedVersion({ deployment: '1.1.0-0123456789' }))).toBe(
    'belay adopt production --version <version>',
  )
})
