import * as z from 'zod';
import { About, Claim, Holds } from '../../../lib/domain/claim.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import { incidentItem, partitionOf } from '../../../lib/items/incident.ts';
import { entryItem } from '../../../lib/items/ledger.ts';
import { saidIn } from '../../../lib/record/said.ts';
import { Id } from '../../runtime/approver.ts';
import { append, hashOf } from '../../runtime/ledger.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { redacted } from '../../runtime/redact.ts';
import { Words } from '../filing.ts';

export const ClaimRequest = z.strictObject({
  action: z.literal('claim'),
  incident: Id,
  said: Words,
  /** Whose words they are; left out: those of whoever signs. */
  by: z.string().trim().min(1).max(200).optional(),
  /** Left out, both, where the words name no event. */
  about: About.optional(),
  holds: z.union([z.literal('never'), Holds]).optional(),
});
type ClaimRequest = z.infer<typeof ClaimRequest>;

/** What is on record by now. */
interface Claimed {
  readonly incident: string;
  readonly by: string;
  readonly claim: Claim;
}

function claimOf({ said, by, about, holds }: ClaimRequest, signer: string, when: string): Claim {
  if ((about === undefined) !== (holds === undefined))
    throw new Refused(
      '`about` says which events a claim is about, `holds` what is true of them: one goes with the other.',
    );
  if (hashOf(redacted({ about, holds })) !== hashOf({ about, holds }))
    throw new Refused(
      'This names an access key or a token, which the ledger never holds: name the user, role or session by its ARN.',
    );
  return Claim.parse({ who: by ?? signer, when, said, ...(about && { about, holds }) });
}

/** The same words, whenever they were said. */
const sameAs = ({ when: _, ...claim }: Claim): string => hashOf(redacted(claim));

/**
 * Notes in the ledger what somebody says of an incident, and whose word it is. Nothing follows from it: what is contained stays so. The very same once more
 * by the same signer is the same request repeated, and changes nothing.
 */
export async function noteClaim({ table, now }: Work, request: ClaimRequest, by: string): Promise<Claimed> {
  const { incident } = request;
  if (!(await incidentItem.find(table, incident))) throw new Refused(`There is no incident ${incident}.`);
  const claim = redacted(claimOf(request, by, now()));
  const known = saidIn(entryItem.all(await table.query(partitionOf(incident), entryItem.prefix)));
  const standing = known.find((one) => one.by === by && sameAs(one.claim) === sameAs(claim));
  if (standing) return { incident, by, claim: standing.claim };
  const what = `${claim.who} says: “${claim.said}”`;
  await append(table, incident, { kind: 'claim', actor: by, what, detail: { claim, via: 'command-line' } });
  return { incident, by, claim };
}
