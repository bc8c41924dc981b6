import type { Call, CalledOn, Calls } from '../console/calls.ts';
import { checks } from './every-check.ts';

/** Where reading everywhere would show too much. What the others read lies all over an account, or takes no resource. */
const narrow: Readonly<Record<string, readonly CalledOn[]>> = {
  'dynamodb:GetItem': ['TableName', 'SettingsTableName'],
  'secretsmanager:GetSecretValue': ['SecretArn'],
  'lambda:InvokeFunction': ['checked'],
};

const anywhere: readonly CalledOn[] = ['anything'];

/** To find what there is to examine. */
const finding: readonly Call[] = ['DescribeStacks', 'GetTemplateSummary', 'ListStackResources'].map((verb) => ({
  action: `cloudformation:${verb}`,
  on: 'stack',
}));

const asked = checks.flatMap(({ asks }) => asks).filter((action) => !action.startsWith('slack:'));

/** What the checks ask, in the account of the hub. Which role reads in members, and so may be assumed, is chosen by people. */
export const calls: Calls = {
  operator: [...finding, ...asked.flatMap((action) => (narrow[action] ?? anywhere).map((on) => ({ action, on })))],
};
