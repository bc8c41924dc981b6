import { optionsOf } from '../options.ts';
import { people, startDeployment } from './deployment.ts';
import { buildEstate, launch } from './estate.ts';

const usage = `npm run sandbox [-- --json]

Deploys Tourniquet into a local AWS that stays up until Ctrl-C, with a small estate in the member account.
Any AWS client works against it with a 12-digit account id as access key.

  --json  one JSON line on standard output when it is ready

Exit codes: 0 ended by you, 1 it could not start, 2 wrong usage.
Examples:
  npm run sandbox
  npm run -s sandbox -- --json
`;

const { json } = optionsOf(usage, { json: { type: 'boolean' } });
const deployment = await startDeployment((line) => process.stderr.write(`${line}\n`));
const { sandbox, slack, outputs, operators } = deployment;
const instance = await launch(deployment, await buildEstate(deployment));
const { endpoint, accounts, members, region, regions } = sandbox;
const approvers = [people.rosa, people.leo];
const where = { accounts, members, region, regions };
const ready = { endpoint, slack: slack.url, ...where, approvers, outputs, operators, instance };

const forPeople = `
Ready. AWS answers at ${endpoint}, Slack at ${slack.url}
Accounts: hub ${accounts.hub}, members ${members.join(', ')}; Regions ${regions.join(', ')}, the hub in the first; approvers ${approvers.join(', ')}
An instance to play with: ${instance}

Three lines to try in another terminal:
  curl -s ${endpoint}/_sandbox/aws-event -d '{"account":"${accounts.hub}","region":"${region}","entry":{"Source":"aws.guardduty","DetailType":"GuardDuty Finding","Detail":{"schemaVersion":"2.0","accountId":"${accounts.member}","region":"${region}","partition":"aws","id":"'$(openssl rand -hex 16)'","arn":"arn:aws:guardduty:${region}:${accounts.member}:detector/d/finding/f","type":"CryptoCurrency:EC2/BitcoinTool.B","severity":8,"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","title":"It mines coins","resource":{"resourceType":"Instance","instanceDetails":{"instanceId":"${instance}"}},"service":{"archived":false,"count":1}}}}'
  open ${slack.url}     # answer the question
  AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_ACCESS_KEY_ID=${accounts.hub} AWS_SECRET_ACCESS_KEY=x npm run -s tourniquet -- incidents

Ctrl-C ends it and leaves nothing.
`;
process.stdout.write(json ? `${JSON.stringify(ready)}\n` : forPeople);
await new Promise<void>((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
await deployment.stop();
