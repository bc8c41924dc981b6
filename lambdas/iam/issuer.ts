import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { Refused } from '../../lib/domain/errors.ts';
import type { Named } from '../../lib/domain/named.ts';
import type { FirstSight } from '../../lib/domain/target.ts';
import type { Session } from '../runtime/session.ts';
import { globalRegionOf } from './global-region.ts';

/** Milliseconds before the first sign in which a session may have been issued: it lasts 36 hours at most (STS API reference, GetFederationToken). */
const longestSession = 36 * 3_600_000;
/** Milliseconds. */
const patience = 5000;

const User = z.object({ type: z.literal('IAMUser'), userName: z.string().min(1) });
const Root = z.object({ type: z.literal('Root') });
const text = z.string().nullish().catch(null);

/** A call made with the session (its issuer is in the context), or the one that issued it (CloudTrail user guide, "CloudTrail userIdentity element"). */
const Record = z.object({
  userIdentity: z
    .object({
      sessionContext: z
        .object({ sessionIssuer: z.union([User, Root]).nullish().catch(null) })
        .nullish()
        .catch(null),
    })
    .catch({}),
  issuing: z.union([User, Root]).nullish().catch(null),
  errorCode: text,
  requestParameters: z.object({ name: text }).nullish().catch(null),
  responseElements: z
    .object({ credentials: z.object({ accessKeyId: text }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

function recordIn(event: string | undefined) {
  try {
    const raw = JSON.parse(event ?? 'null');
    return Record.safeParse({ ...raw, issuing: raw?.userIdentity }).data ?? null;
  } catch {
    return null;
  }
}

/**
 * The IAM user who issued a federated session, as CloudTrail shows it: by the calls made with its key, and by the call that issued it.
 *
 * @throws Refused where CloudTrail does not show it, in words for a person.
 */
export async function issuerOf(
  { kind, id, principal }: Named,
  { place, since, now }: FirstSight,
  session: Session,
): Promise<string> {
  const key = kind === 'access-key' ? id : null;
  const window = { StartTime: new Date(Date.parse(since ?? now) - longestSession), EndTime: new Date(now) };
  const regions = [...new Set([place.region, globalRegionOf(place)])];
  const asked = [
    { AttributeKey: 'EventName' as const, AttributeValue: 'GetFederationToken' },
    ...(key ? [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: key }] : []),
  ];
  const lookups = regions.flatMap((region) =>
    asked.map(async (attribute) => {
      const question = new LookupEventsCommand({ LookupAttributes: [attribute], ...window, MaxResults: 50 });
      const { Events = [] } = await session
        .client(CloudTrailClient, region)
        .send(question, { abortSignal: AbortSignal.timeout(patience) });
      return Events.flatMap(({ CloudTrailEvent }) => recordIn(CloudTrailEvent) ?? []);
    }),
  );
  const records = (await Promise.all(lookups)).flat();
  const named = records.find(({ responseElements }) => key && responseElements?.credentials?.accessKeyId === key);
  const used = records.find(({ userIdentity }) => userIdentity.sessionContext?.sessionIssuer);
  // Whoever asks for a session chooses its name: it is this one only if the call was answered, and not with another key.
  const alike = records.find(({ requestParameters, responseElements, errorCode }) => {
    const given = responseElements?.credentials?.accessKeyId;
    const answered = !errorCode && (!key || !given || given === key);
    return answered && requestParameters?.name && requestParameters.name === principal?.name;
  });
  const issuer = named?.issuing ?? used?.userIdentity.sessionContext?.sessionIssuer ?? alike?.issuing;
  if (issuer?.type === 'IAMUser') return issuer.userName;
  if (issuer)
    throw new Refused(
      `the root user of the account issued the federated session ${principal?.name ?? id}, as CloudTrail shows, and no policy of a user denies root: respond for the root user`,
    );
  throw new Refused(
    `CloudTrail shows nobody who issued the federated session ${principal?.name ?? id}: find the user, and deny them by hand`,
  );
}
