import { no, type Said, yes } from '../../src/domain/gate/provider.ts'
import { mayBeSamePerson } from '../../src/domain/gate/same-person.ts'
import { commitPeople } from '../git/commit-people.ts'
import type { OpenRepository } from '../git/open-repository.ts'

/** Reads the commit's `Reviewed-by:` trailers; whoever wrote or committed it does not count. They are claims. */
export async function reviewedBy(opened: OpenRepository, commit: string): Promise<Said> {
  const { authors, committer, reviewers } = await commitPeople(opened, commit)
  const own = [...authors, committer]
  const others = reviewers.filter((reviewer) => !own.some((one) => mayBeSamePerson(one, reviewer)))
  if (others.length > 0) {
    return yes(`Reviewed-by: ${others.join(', ')}`, { by: others.join(', '), claimed: true })
  }
  const got = reviewers.length === 0 ? 'none' : `only ${reviewers.join(', ')}, who made it`
  return no(
    `expected a Reviewed-by trailer of ${commit.slice(0, 12)} by somebody other than ${authors.join(', ')}, got ${got}`,
    {
      next: 'let somebody review it and add the trailer to the commit, or let a person sign',
    },
  )
}
