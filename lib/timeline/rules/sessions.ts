import type { TimelineEvent } from '../event.ts';
import { isPublic } from './address.ts';
import { aws, mitre, sigma, stratus, table } from './rule.ts';
import { at, both, by, byHand, failed, not, says, succeeded, textAt } from './when.ts';

/** The role is among what the call is about; whose account it is of, the record need not be parsed for. */
const ofOtherAccount = ({ actor, resources }: TimelineEvent): boolean =>
  actor !== null &&
  actor.account !== null &&
  resources.some((one) => one.includes(':role/') && one.split(':')[4] !== actor.account);

/** Only IAM Identity Center can make roles under this path (IAM user guide, "reserved paths"). */
const ofIdentityCenter = says(
  'userIdentity.sessionContext.sessionIssuer.arn',
  /:role\/aws-reserved\/sso\.amazonaws\.com\//,
);

/** Who comes in: log-ins, sessions and the way from one role into the next. */
export const sessions = table(
  [
    'console-without-mfa',
    'T1078.004',
    'signin:ConsoleLogin',
    'Somebody logged in to the console with a password alone, without a second factor',
    stratus('initial-access.console-login-without-mfa'),
    both(by('IAMUser', 'Root'), succeeded, says('additionalEventData.MFAUsed', /^No$/)),
  ],
  [
    'console-as-root',
    'T1078.004',
    'signin:ConsoleLogin',
    'The root user logged in to the console',
    aws('guardduty/latest/ug/guardduty_finding-types-iam.html'),
    both(by('Root'), succeeded),
  ],
  [
    'console-failures',
    'T1110',
    'signin:ConsoleLogin',
    'Five log-ins to the console failed within five minutes, from one address',
    sigma('aws_cloudtrail_console_login_failed_authentication'),
    failed,
    { of: 5, within: 300, by: 'address' },
  ],
  [
    'signin-token',
    'T1550.001',
    'signin:GetSigninToken',
    'Credentials were turned into a session of the console; IAM Identity Center, which does this all day, is left out',
    sigma('aws_console_getsignintoken'),
    not(ofIdentityCenter),
  ],
  [
    'federation-token',
    'T1098.001',
    'sts:GetFederationToken',
    'A federated session was made; it outlives the access key it was made with',
    stratus('persistence.sts-federation-token'),
  ],
  [
    'session-without-mfa',
    'T1550.001',
    'sts:GetSessionToken',
    'A session was made from an access key, and no second factor was asked for',
    sigma('aws_sts_getsessiontoken_misuse'),
    (event) => textAt(event, 'requestParameters.serialNumber') === '',
  ],
  [
    'role-by-user',
    'T1548.005',
    'sts:AssumeRole',
    'A user or the root user took on a role',
    mitre('T1548.005'),
    by('IAMUser', 'Root'),
  ],
  [
    'role-chained',
    'T1548.005',
    'sts:AssumeRole',
    'A session of one role took on another role',
    mitre('T1548.005'),
    both(by('AssumedRole'), byHand),
  ],
  [
    'role-across-accounts',
    'T1199',
    'sts:AssumeRole',
    'Somebody took on a role of another account than their own',
    mitre('T1199'),
    (event) => event.actor?.kind === 'AWSAccount' || ofOtherAccount(event),
  ],
  [
    'root-acts',
    'T1078.004',
    '*',
    'The root user changed something',
    aws('guardduty/latest/ug/guardduty_finding-types-iam.html'),
    both(by('Root'), byHand, (event) => at(event, 'readOnly') !== true && event.action !== 'signin:ConsoleLogin'),
    null,
    ({ actor }) => actor?.kind === 'Root',
  ],
  [
    'instance-elsewhere',
    'T1552.005',
    '*',
    'The session of one instance is used from two public addresses: its credentials may have been read from its metadata',
    stratus('credential-access.ec2-steal-instance-credentials'),
    null,
    { of: 2, within: 12 * 3600, by: 'actor', different: ({ address }) => address ?? '' },
    ({ actor, address }) => /\/i-[0-9a-f]{8,17}$/.test(actor?.id ?? '') && isPublic(address),
  ],
);
