import * as z from 'zod';
import type { Named } from '../named.ts';
import { byName, distinct } from './by-arn.ts';
import { isoOf, moment } from './moment.ts';
import { homeOf, partitionOf } from './place.ts';
import { principalFrom, unmasked } from './principal.ts';
import type { Reader } from './reader.ts';
import { unsaid } from './unsaid.ts';
import { accountText, listOf, part, readAs, text, Unreadable } from './value.ts';

const Metadata = z.record(z.string(), z.unknown());
const Entity = z.object({ entityValue: text, entityMetadata: part(Metadata) });
const Description = z.object({ language: text, latestDescription: text });

/** AWS Health user guide, "Reference: AWS Health events Amazon EventBridge schema"; `arn` and `region` as its API names them. */
const Event = z.object({
  eventTypeCode: text,
  eventArn: text,
  arn: text,
  communicationId: text,
  affectedAccount: accountText,
  eventRegion: text,
  region: text,
  startTime: moment,
  lastUpdatedTime: moment,
  eventDescription: z.preprocess((value) => (Array.isArray(value) ? value : [value]), listOf(Description)),
  eventMetadata: part(Metadata),
  affectedEntities: listOf(Entity),
});
type Event = z.infer<typeof Event>;

/** AWS's own security news: leaked credentials and other risks, and abuse reports. All the rest is about AWS's operation. */
const security = /^AWS_(RISK|ABUSE)_/;

const longestTitle = 300;

/** Old samples carry a written-out `\n`. */
function titleOf({ eventDescription, eventTypeCode }: Event): string {
  const english = eventDescription.find(({ language }) => language?.startsWith('en')) ?? eventDescription[0];
  const [line = ''] = english?.latestDescription?.trim().split(/\r?\n|\\n/, 1) ?? [];
  return line.slice(0, longestTitle) || (eventTypeCode ?? '');
}

/** What IAM lets a user be called (IAM user guide, "IAM and AWS STS quotas", names). */
const userName = /^[\w+=,.@-]{1,64}$/;

/** The root user, as AWS calls it where users are listed (IAM user guide, "Credential report"); no user can be called by the second. */
const rootName = /^(?:root|<root_account>)$/i;

/** Whoever holds a key, by the name that stands for it. */
const holderNamed = (name: string) =>
  principalFrom(rootName.test(name) ? { userType: 'Root' } : { userType: 'IAMUser', userName: name });

/** The user under whichever key the metadata has it: AWS documents none. */
function userIn(metadata: Readonly<Record<string, unknown>> | null | undefined): string | null {
  const [, value] = Object.entries(metadata ?? {}).find(([key]) => /^(iam)?_?user_?(name)?$/i.test(key)) ?? [];
  if (typeof value === 'string' && rootName.test(value.trim())) return 'root';
  const name = typeof value === 'string' ? unmasked(value) : null;
  return name && userName.test(name) ? name : null;
}

/** The user in the sentence AWS writes about a leaked key: "belonging to IAM user NAME". */
function userInWords({ eventDescription }: Event): string | null {
  const words = eventDescription.map(({ latestDescription }) => latestDescription ?? '').join('\n');
  if (/\bbelonging to (?:the |your )?(?:AWS )?(?:account )?root (?:user|account)\b/i.test(words)) return 'root';
  const name = /\bbelonging to (?:the )?IAM user:? ["'`]?([\w+=,.@-]{1,65})/i.exec(words)?.[1]?.replace(/[.,]+$/, '');
  return name && userName.test(name) ? name : null;
}

/** Only keys have holders here: of another entity the metadata may name a user too, which does not make it a credential. */
const heldBy = (target: Named, user: string | null): Named =>
  user && target.kind === 'access-key' ? { ...target, principal: holderNamed(user) } : target;

/** What the event names, keys first; a user named for the whole event holds the key only where there is but one. */
function targetsOf(event: Event, resources: readonly string[], where: Pick<Named, 'account' | 'region'>): Named[] {
  const own = event.affectedEntities.flatMap(({ entityValue, entityMetadata }) => {
    const name = unmasked(entityValue);
    return name ? [heldBy(byName(name, where), userIn(entityMetadata))] : [];
  });
  const others = resources.flatMap((resource) => unmasked(resource) ?? []).map((name) => byName(name, where));
  const all = distinct([...own, ...others]);
  const keys = all.filter(({ kind }) => kind === 'access-key');
  const user = keys.length === 1 ? (userIn(event.eventMetadata) ?? userInWords(event)) : null;
  const rest = all.filter(({ kind }) => kind !== 'access-key');
  return [...keys.map((key) => (key.principal ? key : heldBy(key, user))), ...rest];
}

/**
 * Reads an event of AWS Health, old ones included: those know neither affectedAccount nor eventRegion, and came only to the account and
 * the Region they were about. An event comes once more to a second Region, and in pages: the communication id is the same, or its page's.
 */
export const readHealth: Reader = (fields, envelope) => {
  const event = readAs(Event, fields, 'AWS Health event');
  const { eventTypeCode: type, communicationId } = event;
  const eventArn = event.eventArn ?? event.arn;
  if (!type) throw new Unreadable('The AWS Health event has no eventTypeCode: its subject is unknown.');
  if (!security.test(type))
    throw new Unreadable(`An AWS Health event ${type} is operational news, not a security finding.`);
  const id = communicationId ?? eventArn;
  if (!id) throw new Unreadable('The AWS Health event has neither a communicationId nor an eventArn.');
  const home = homeOf(
    event.affectedAccount ?? envelope?.account,
    event.eventRegion ?? event.region ?? envelope?.region,
  );
  const targets = targetsOf(event, envelope?.resources ?? [], home);
  const orphans = targets.filter(({ kind, principal }) => kind === 'access-key' && !principal);
  const title = titleOf(event);
  return {
    ...unsaid(),
    source: 'health',
    product: 'AWS Health',
    id,
    arn: eventArn ?? '',
    type,
    title,
    nature: 'attack',
    targets,
    key: `health:${id}:${home.account ?? 'unknown'}`,
    partition: partitionOf(home.region, [eventArn]),
    account: home.account,
    region: home.region,
    drill: title.startsWith('[DRILL]'),
    firstSeen: event.startTime,
    lastSeen: event.lastUpdatedTime ?? isoOf(envelope?.time),
    missing: [
      ...home.missing,
      ...(targets.length > 0 ? [] : ['affected resources']),
      ...orphans.slice(0, 20).map(({ id }) => `holder of access key ${id}`),
    ],
  };
};
