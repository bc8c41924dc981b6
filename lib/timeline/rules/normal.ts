import type { TimelineEvent } from '../event.ts';
import { isPrivate } from './address.ts';
import { isController, isNodeOrSystem, isOpen, resourceOf } from './cluster.ts';
import type { Ours } from './ours.ts';
import { aws, type Test } from './rule.ts';
import { textAt } from './when.ts';

/** What is known to be normal. It is set apart, and stays in the timeline. */
export interface NormalRule {
  readonly id: string;
  readonly says: string;
  readonly source: string;
  /** Decides by what nobody who attacks can choose; a name of a program, or of a session, is never enough. */
  readonly test: (event: TimelineEvent, ours: Ours | undefined) => boolean;
  /** What of the actor says so, where that differs from event to event. */
  readonly by?: (actor: string) => string;
}

const when =
  (format: TimelineEvent['format'], test: Test) =>
  (event: TimelineEvent): boolean =>
    event.format === format && test(event);

/** Calls that only read what things are like, not what is in them. */
const reading = /:(?:Describe|List|Get|Head|BatchGet|Lookup|Search)/;
const content =
  /:(?:GetObject|GetSecretValue|BatchGetSecretValue|GetParameter|GetPasswordData|GetSnapshotBlock|GetConsole)/;
/** With these a service of AWS begins its work: nobody else can be it. */
const chores = new Set(['sts:AssumeRole', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt', 'kms:RetireGrant']);

const onlyReads = (action: string): boolean => reading.test(action) && !content.test(action);

/** Services that look at an account by themselves, all day. */
const lookers =
  /:role\/aws-service-role\/(?:access-analyzer|config|guardduty|inspector|inspector2|macie|organizations|securityhub|trustedadvisor)\.amazonaws\.com\//;

const issuer = (event: TimelineEvent): string => textAt(event, 'userIdentity.sessionContext.sessionIssuer.arn');
const ofAccount = (arn: string): string => arn.split(':')[4] ?? '';

/** The session of a role, in the log of the account whose role it is: of another account’s role a log says what that account says. */
const atHome = (event: TimelineEvent): boolean =>
  event.actor?.kind === 'AssumedRole' &&
  ofAccount(issuer(event)) === event.actor.account &&
  event.actor.account === textAt(event, 'recipientAccountId');

function isOwnAct(event: TimelineEvent, ours: Ours | undefined): boolean {
  if (!ours || event.format !== 'cloudtrail' || !(event.actor?.id.includes(ours.sign) ?? false)) return false;
  if (!ours.isRole(issuer(event)) || !atHome(event)) return false;
  return ours.runs?.has(textAt(event, 'userIdentity.arn').split('/').at(-1) ?? '') ?? true;
}

const delivering = /^(?:cloudtrail|delivery\.logs|config|logging\.s3)\.amazonaws\.com$/;

const isDelivery = ({ actor, action, address }: TimelineEvent): boolean =>
  actor?.kind === 'AWSService' && action === 's3:PutObject' && delivering.test(address ?? '');

const isHealthCheck: Test = (event) =>
  event.outcome === 'success' &&
  isPrivate(event.address ?? '') &&
  /^ELB-HealthChecker\/\d\.\d$/.test(textAt(event, 'userAgent')) &&
  /^GET \S+:\/\/[^?\s]+ HTTP/.test(textAt(event, 'request'));

const nodeChores = /^(?:leases|events|nodes\/status|pods\/status|csinodes|endpointslices)$/;

/** In the order in which they are asked; the first that fits is the one. */
export const normalRules: readonly NormalRule[] = [
  {
    id: 'own-act',
    says: 'A role of this deployment of Tourniquet acted, in an account in which it responds, in a session that is named after a run',
    source: 'docs/timeline.md',
    test: isOwnAct,
    by: (actor) => actor.split('/').at(-1) ?? '',
  },
  {
    id: 'log-delivery',
    says: 'A service of AWS delivered logs into a bucket',
    source: aws('AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html'),
    test: isDelivery,
  },
  {
    id: 'aws-service',
    says: 'A service of AWS took on a role that was made for it, used a key for it, or looked at what there is',
    source: aws('awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html'),
    test: ({ actor, action, outcome }) =>
      actor?.kind === 'AWSService' && outcome === 'success' && (chores.has(action) || onlyReads(action)),
  },
  {
    id: 'watching-service',
    says: 'A service that watches the account looked at what there is, with a role that only this service can take on',
    source: aws('IAM/latest/UserGuide/using-service-linked-roles.html'),
    test: (event) =>
      event.format === 'cloudtrail' &&
      (event.actor?.id.includes('AWSServiceRoleFor') ?? false) &&
      onlyReads(event.action) &&
      lookers.test(issuer(event)) &&
      atHome(event),
  },
  {
    id: 'flow-nothing',
    says: 'An interface had no traffic in this time',
    source: aws('vpc/latest/userguide/flow-log-records.html'),
    test: (event) => event.format === 'vpc-flow' && event.action === 'NODATA' && event.address === null,
  },
  {
    id: 'flow-skipped',
    says: 'Records of flow logs were lost in this time: what went over the interface then is not known',
    source: aws('vpc/latest/userguide/flow-log-records.html'),
    test: (event) => event.format === 'vpc-flow' && event.action === 'SKIPDATA' && event.address === null,
  },
  {
    id: 'health-check',
    says: 'A load balancer asked from a private address whether its target is healthy',
    source: aws('elasticloadbalancing/latest/application/target-group-health-checks.html'),
    test: when('load-balancer', isHealthCheck),
  },
  {
    id: 'cluster-health',
    says: 'Somebody asked whether a cluster is healthy, which everybody may',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles',
    test: when('eks-audit', isOpen),
  },
  {
    id: 'cluster-controller',
    says: 'A controller of the cluster did its work; it is known by its certificate',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/rbac/#core-component-roles',
    test: when(
      'eks-audit',
      (event) => isController(event) && !/\/(?:exec|attach|portforward|proxy)$/.test(resourceOf(event)),
    ),
  },
  {
    id: 'cluster-chore',
    says: 'A node, or a program of kube-system, reported how it is',
    source: 'https://kubernetes.io/docs/reference/access-authn-authz/node/',
    test: when('eks-audit', (event) => isNodeOrSystem(event) && nodeChores.test(resourceOf(event))),
  },
];

/** The first rule that says an event is normal; null where none does. */
export const normalOf = (event: TimelineEvent, ours?: Ours): NormalRule | null =>
  normalRules.find(({ test }) => test(event, ours)) ?? null;
