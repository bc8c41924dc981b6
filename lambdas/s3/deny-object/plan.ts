import { type Difference, differences } from '../../../lib/domain/before-state.ts';
import type { LeverPlan } from '../../../lib/domain/lever-plan.ts';
import { comparedPolicy, type Prepared, type Statement, sparing } from '../../../lib/domain/resource-policy.ts';
import { planStatements } from '../bucket-policy.ts';
import type { StoredObject } from '../object/target.ts';
import { objectArns } from '../object-arns.ts';
import type { ObjectDeny } from './step.ts';

/** As Malware Protection for S3 tags what it finds (GuardDuty user guide, "Using tag-based access control with Malware Protection for S3"). */
export const scanStatus = 'GuardDutyMalwareScanStatus';
const found = 'THREATS_FOUND';

/** Tags that an object may have (S3 user guide, "Categorizing your storage using tags"). */
const mostTags = 10;

/** The Sid of our statement about this key and version; `digest` is hexadecimal. */
export const sidFor = ({ id, version }: StoredObject, digest: (text: string) => string): string =>
  `TourniquetMalware${digest(`${id}?${version}`).slice(0, 8)}`;

/** What would read it, and what would take the tag away. */
const denied = ['Get', 'Put', 'Delete'].flatMap((verb) =>
  verb === 'Get'
    ? ['s3:GetObject', 's3:GetObjectVersion']
    : [`s3:${verb}ObjectTagging`, `s3:${verb}ObjectVersionTagging`],
);

const statement = (target: StoredObject, Sid: string, prepared: Prepared | null): Statement => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action: denied,
  Resource: objectArns(target),
  Condition: { StringEquals: { [`s3:ExistingObjectTag/${scanStatus}`]: found }, ...sparing(prepared) },
});

/** Of the tags ours alone is compared: the others are not ours to judge. A version that is gone is read by nobody, as with the tag. */
export const comparedDeny = ({ tags, ...policy }: ObjectDeny) => ({
  policy: comparedPolicy(policy),
  tag: tags === null ? found : (tags[scanStatus] ?? null),
});

/** What still differs after letting go: a version that is gone has no tag to take away. */
export const leftOf = (before: ObjectDeny, now: ObjectDeny): Difference[] =>
  now.tags === null
    ? differences(comparedDeny(before).policy, comparedDeny(now).policy)
    : differences(comparedDeny(before), comparedDeny(now));

/** The tags that stand there now, with ours as it is meant; null where there is no version that could have any. */
export function tagsTowards(now: ObjectDeny['tags'], to: ObjectDeny['tags']): ObjectDeny['tags'] {
  if (now === null || to === null) return null;
  const { [scanStatus]: _, ...others } = now;
  const own = to[scanStatus];
  return own === undefined ? others : { ...others, [scanStatus]: own };
}

/** The tag, and a statement about this one key as long as it has the tag. */
export function planObjectDeny(
  target: StoredObject,
  before: ObjectDeny,
  prepared: Prepared | null,
): LeverPlan<ObjectDeny> {
  const tags = tagsTowards(before.tags, { [scanStatus]: found });
  if (before.tags === null || tags === null) return { nothing: `${target.id} is gone: nobody reads it any more` };
  if (Object.keys(tags).length > mostTags)
    return {
      refused: `${target.id} has ${mostTags} tags already, and S3 takes no more: remove one, then approve again`,
    };
  const [sid = ''] = before.sids;
  const plan = planStatements(target, before, [statement(target, sid, prepared)]);
  if ('refused' in plan) return plan;
  if ('nothing' in plan && before.tags[scanStatus] === found) return plan;
  return { ours: { ...before, tags, ...('ours' in plan && { document: plan.ours.document }) } };
}
