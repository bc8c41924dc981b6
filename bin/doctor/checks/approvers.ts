import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { untold } from '../../../lib/domain/approval.ts';
import { isGone } from '../answers.ts';
import { type Check, deployAgain, fail, list, ok, shortName, warn } from '../check.ts';
import { approversNow } from '../settings.ts';

/** A release and whatever is lost for good needs two. */
const needed = 2;

const concerns = { role: 'decide-approval', action: 'states:SendTaskSuccess' };
const add = [
  '# add to "approvers" in the settings; while no version is in the table, or no two people are left, in the configuration',
  'npm run -s tourniquet -- settings set settings.json --reason "…"',
  deployAgain,
];

const two: Check = {
  id: 'approvers-two',
  about: 'people',
  title: 'Two different people can approve, by Slack and by the command line',
  asks: ['cloudformation:GetTemplateSummary', 'dynamodb:GetItem'],
  concerns,
  async run(at) {
    const { config } = at.patient;
    const people = await approversNow(at);
    const bySlack = new Set(people.flatMap(({ slack }) => slack ?? [])).size;
    const byIam = new Set(people.flatMap(({ iam }) => iam ?? [])).size;
    const found = `${bySlack} by Slack, ${byIam} by the command line`;
    const usable = Math.max(config.slack ? bySlack : 0, byIam);
    if (usable < needed)
      return fail(`${found}: nothing can be released and no setting widened, which needs ${needed}`, ...add);
    if (byIam < needed) return warn(`${found}: when Slack is down nothing can be released`, ...add);
    if (config.slack && bySlack < needed) return warn(`${found}: in Slack nothing can be released`, ...add);
    return ok(found);
  },
};

/** `arn:aws:iam::1:user/a/rosa` or `…:role/…`; another kind cannot be asked by its name. */
const named = /^arn:[^:]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/;

async function exists(client: IAMClient, kind: string, name: string): Promise<boolean> {
  try {
    if (kind === 'user') await client.send(new GetUserCommand({ UserName: name }));
    else await client.send(new GetRoleCommand({ RoleName: name }));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

const exist: Check = {
  id: 'approvers-exist',
  about: 'people',
  title: 'The IAM users and roles of the approvers exist in the hub account',
  asks: ['iam:GetUser', 'iam:GetRole', 'dynamodb:GetItem'],
  concerns,
  async run({ patient, hub, account }) {
    const arns = (await approversNow({ patient, hub })).flatMap(({ iam }) => iam ?? []);
    const asked = arns.map(async (arn) => {
      const [, where, kind = '', name = ''] = named.exec(arn) ?? [];
      // The API admits principals of its own account alone.
      return where === account && (await exists(hub(IAMClient), kind, name)) ? [] : [shortName(arn)];
    });
    const gone = (await Promise.all(asked)).flat();
    return gone.length === 0 ? ok(`${arns.length} found`) : fail(`Not in account ${account}: ${list(gone)}`, ...add);
  },
};

const known: Check = {
  id: 'approvers-known',
  about: 'people',
  title: 'Nobody can decide about themselves: all are known in AWS',
  asks: ['dynamodb:GetItem'],
  concerns,
  async run(at) {
    const people = await approversNow(at);
    const unknown = people.flatMap((one) => untold(one) ?? []);
    return unknown.length === 0 ? ok(`${people.length} known`) : warn(`${unknown.join('; ')}`, ...add);
  },
};

export const approvers: readonly Check[] = [two, exist, known];
