import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Office } from '../../bin/console/calls.ts';
import { officePolicy } from '../../bin/console/office-policy.ts';
import { everyVerb } from '../../bin/console/start.ts';
import { memory } from './memory-tool.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';
import { type Slack, startSlack } from './slack/slack.ts';
import { deleteStack, type Instance, makeStack } from './stacks.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** Slack's ids in the sandbox: two channels, two approvers, and whoever is on neither list. */
export const people = { rosa: 'U0RESPONDER', leo: 'U0LEAD', stranger: 'U0STRANGER' } as const;
const workspace = { team: 'T0TOURNIQUET', app: 'A0TOURNIQUET', channel: 'C0INCIDENTS', escalation: 'C0ONCALL' };

const canary = {
  author: 'Leo',
  date: '2026-01-01',
  because: 'canaries are replaced in a minute',
  until: '2099-12-31',
  severity: 'medium',
  when: { tags: { environment: 'canary' } },
} as const;

/** The hub administers the organisation, whose ids the gateway gives (organization.py). */
export const organizationAdmin = ({ accounts, region }: Sandbox) => ({
  account: accounts.hub,
  management: accounts.hub,
  quarantineUnit: 'ou-sand-quarantine',
  identityCenter: region,
});

/** What the sandbox deploys with: everything on, and one standing order so that both ways to containment can be seen. */
export const configuration = (sandbox: Sandbox, slackUrl: string) => ({
  hub: sandbox.accounts.hub,
  // The members are those of the organisation.
  organization: { id: 'o-tourniquet1' },
  organizationAdmin: organizationAdmin(sandbox),
  listening: { regions: [...sandbox.regions], administrator: sandbox.accounts.hub },
  rollout: { root: 'r-sand' },
  mode: 'respond',
  slack: { ...workspace, onCall: 'S0ONCALL', api: `${slackUrl}/api/` },
  approvers: [
    { name: 'Rosa', slack: people.rosa, iam: `arn:aws:iam::${sandbox.accounts.hub}:user/rosa` },
    { name: 'Leo', slack: people.leo, iam: `arn:aws:iam::${sandbox.accounts.hub}:user/leo` },
  ],
  regimes: ['cisa-voluntary', 'dfars'],
  entity: { name: 'Example Corp', contact: 'Security desk, security@example.com' },
  standingOrders: [
    { name: 'canaries', question: 'quarantine', ...canary },
    { name: 'canary keys', question: 'revoke', ...canary },
  ],
  exemptions: [
    {
      owner: 'Leo',
      because: 'load test until the date',
      until: '2099-12-31',
      when: { tags: { environment: 'exempt' } },
      tagsSetBy: 'the pipeline of the load test, by a service control policy on ec2:CreateTags',
    },
  ],
  breakGlass: [`arn:aws:iam::${sandbox.accounts.member}:user/emergency/break-glass`],
  decoys: ['arn:aws:s3:::ledger-archive-decoy', `arn:aws:iam::${sandbox.accounts.member}:user/decoy-backup`],
  scanners: [`arn:aws:iam::${sandbox.accounts.member}:user/scanner`],
  // Scenarios contain more in an hour than a quiet night does.
  breaker: { account: 500, all: 500 },
  tableDays: 90,
  memory,
});

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A sandbox with the unmodified app deployed into it, policies enforced, Slack answering. */
export interface Deployment {
  readonly sandbox: Sandbox;
  readonly slack: Slack;
  readonly outputs: Readonly<Record<string, string>>;
  /** Keys of IAM users for the command line: the approvers, an operator and an auditor. */
  readonly operators: Readonly<Record<keyof typeof staff, Credentials>>;
  readonly seconds: number;
  /** An SDK client in one of the accounts, by default as its root. */
  client<C>(Client: new (options: ClientOptions) => C, account: 'hub' | 'member', as?: Credentials): C;
  stop(): Promise<void>;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
  readonly userAgentAppId?: string;
}

/** No service control policy stops calls that carry it: tests look at accounts whose root is denied everything. */
export const bystander = 'sandbox-bystander';

const rootOf = (account: string): Credentials => ({ accessKeyId: account, secretAccessKey: 'sandbox' });

export function clients({ endpoint, region, accounts }: Sandbox): Deployment['client'] {
  return (Client, account, as) => {
    // Whoever is named, root too, is somebody in the play.
    const who = as ? { credentials: as } : { credentials: rootOf(accounts[account]), userAgentAppId: bystander };
    return new Client({ endpoint, region, ...who, maxAttempts: 1 });
  };
}

/** Runs the CDK command line as an account's root; on failure the error carries what it printed. */
async function cdk(sandbox: Sandbox & { root?: string }, account: 'hub' | 'member', ...args: string[]): Promise<void> {
  // The sandbox refuses by itself what AWS would; CDK's own validation, asked in a test, takes longer than all else of a synthesis.
  const env = { ...process.env, ...sandbox.env(sandbox.accounts[account]), CDK_VALIDATION: 'false' };
  const command = [join(root, 'node_modules', '.bin', 'cdk'), ...args];
  await run(process.execPath, command, { cwd: sandbox.root ?? root, env, maxBuffer: 1 << 26 }).catch(
    // Where CI is set it complains on standard output.
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`cdk ${args[0]} failed:\n${`${error.stdout}${error.stderr}`.slice(-4000)}`, { cause: error });
    },
  );
}

/**
 * What the StackSets of TourniquetRollout would put into the accounts and Regions. The sandbox has no StackSets: it makes each stack of the
 * very bytes they hold. The first member is deployed into with the command line, as of a list of members.
 */
function instances({ accounts, members, region, regions }: Sandbox): Record<string, Instance[]> {
  const everywhere = [accounts.hub, ...members].flatMap((account) => regions.map((one) => ({ account, region: one })));
  return {
    TourniquetForwarder: everywhere.map((place) => ({ ...place, name: 'StackSet-tourniquet-forwarders' })),
    TourniquetMember: members
      .slice(1)
      .map((account) => ({ account, region, name: 'StackSet-tourniquet-member-roles' })),
  };
}

const everyInstance = (sandbox: Sandbox, work: (instance: Instance, template: string) => Promise<void>) =>
  Promise.all(
    Object.entries(instances(sandbox)).flatMap(([stack, them]) => {
      const template = readFileSync(join(sandbox.work, 'cdk.out', `${stack}.template.json`), 'utf8');
      return them.map((instance) => work(instance, template));
    }),
  );

/** A version of the app: where it lies, and what it is deployed with here. */
export interface Version {
  readonly root: string;
  readonly configuration: (sandbox: Sandbox, slackUrl: string) => object;
}
const current: Version = { root, configuration };

/** Synthesises everything once, `over` put over what the sandbox configures, and bootstraps the hub, which alone needs it. */
export async function prepareStacks(
  sandbox: Sandbox,
  slackUrl: string,
  over: object = {},
  version = current,
): Promise<void> {
  const config = join(sandbox.work, 'tourniquet.json');
  const out = join(sandbox.work, 'cdk.out');
  mkdirSync(sandbox.work, { recursive: true });
  writeFileSync(config, JSON.stringify({ ...version.configuration(sandbox, slackUrl), ...over }));
  await Promise.all([
    cdk({ ...sandbox, root: version.root }, 'hub', 'synth', '--quiet', '-c', `config=${config}`, '-o', out),
    // The bootstrap template comes from the command line itself; the app is not needed for it.
    cdk(sandbox, 'hub', 'bootstrap', `aws://${sandbox.accounts.hub}/${sandbox.region}`, '--app', ''),
  ]);
}

/** Deploys what was synthesised before, all stacks at once, into all accounts and Regions: neither asks for anything of the other to be there. */
export async function deployPrepared(sandbox: Sandbox): Promise<Record<string, string>> {
  await Promise.all([
    deployStack(sandbox, 'hub', 'Tourniquet'),
    deployStack(sandbox, 'member', 'TourniquetMember'),
    everyInstance(sandbox, (instance, template) => makeStack(sandbox, instance, template)),
  ]);
  return outputsOf(sandbox);
}

/** Deploys one of the stacks that were synthesised before. */
export function deployStack(sandbox: Sandbox, account: 'hub' | 'member', stack: string): Promise<void> {
  const out = join(sandbox.work, 'cdk.out');
  const output = ['--output', `${out}.${account}`];
  return cdk(sandbox, account, 'deploy', stack, '--app', out, '--require-approval', 'never', ...output);
}

/** What `npx cdk destroy` does to one stack. */
export function destroyStack(sandbox: Sandbox, account: 'hub' | 'member', stack: string): Promise<void> {
  const out = join(sandbox.work, 'cdk.out');
  return cdk(sandbox, account, 'destroy', stack, '--app', out, '--force', '--output', `${out}.${account}`);
}

/** All but the hub's, which `tourniquet destroy` deletes. */
export async function destroyOthers(sandbox: Sandbox): Promise<void> {
  await Promise.all([
    destroyStack(sandbox, 'member', 'TourniquetMember'),
    everyInstance(sandbox, (instance) => deleteStack(sandbox, instance)),
  ]);
}

export async function outputsOf(sandbox: Sandbox): Promise<Record<string, string>> {
  const cloudFormation = clients(sandbox)(CloudFormationClient, 'hub');
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'tourniquet' }));
  return Object.fromEntries(
    (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  );
}

/** Whose work is whose at the command line: each has the managed policy of the office, as `tourniquet policies` prints it, and no other. */
export const staff = { rosa: 'responder', leo: 'responder', olga: 'operator', ada: 'auditor' } as const;

type Reached = Pick<Deployment, 'client' | 'outputs'>;

/** The managed policies of all offices, made as a company would; their ARNs. */
export async function officePolicies({ client, outputs }: Reached): Promise<Record<Office, string>> {
  const iam = client(IAMClient, 'hub');
  const verbs = await everyVerb();
  const stack = {
    name: 'tourniquet',
    output: (name: string) => outputs[name] ?? '',
    has: (name: string) => name in outputs,
  };
  const make = async (office: Office) => {
    const PolicyDocument = JSON.stringify(await officePolicy(verbs, office, stack));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `office-${office}`, PolicyDocument }));
    return Policy?.Arn ?? '';
  };
  const [responder, auditor, operator] = await Promise.all([make('responder'), make('auditor'), make('operator')]);
  return { responder, auditor, operator };
}

/** The key of a new IAM user with these managed policies. */
export async function hired({ client }: Reached, UserName: string, ...policies: string[]): Promise<Credentials> {
  const iam = client(IAMClient, 'hub');
  await iam.send(new CreateUserCommand({ UserName }));
  for (const PolicyArn of policies) await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** The HTTP API answers at the gateway when the request carries its host name (x.execute-api.localhost resolves nowhere). */
export function throughGateway({ endpoint }: Sandbox, url: string): { url: string; host: string } {
  // Not by URL: it takes a host that ends in a number for an IPv4 address, and refuses this one.
  const [, host = '', path = ''] = /^https?:\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  return { url: `${endpoint}${path}`, host };
}

async function fill(base: Omit<Deployment, 'operators' | 'seconds'>, signingSecret: string, botToken: string) {
  const { sandbox, slack, outputs, client } = base;
  const SecretString = JSON.stringify({ botToken, signingSecret });
  const secrets = client(SecretsManagerClient, 'hub');
  await secrets.send(new PutSecretValueCommand({ SecretId: outputs.SecretArn ?? '', SecretString }));
  const { url, host } = throughGateway(sandbox, outputs.SlackUrl ?? '');
  slack.sendTo({ url, headers: { host } });
  const offices = await officePolicies(base);
  const key = (name: keyof typeof staff) => hired(base, name, offices[staff[name]]);
  const [rosa, leo, olga, ada] = await Promise.all([key('rosa'), key('leo'), key('olga'), key('ada')]);
  return { rosa, leo, olga, ada };
}

/** Starts everything: the local AWS, Slack, the deployment. Policies are enforced from the moment this returns. */
export async function startDeployment(
  log: (line: string) => void = () => {},
  { version, ...options }: Pick<SandboxOptions, 'waits'> & { readonly version?: Version } = {},
): Promise<Deployment> {
  const started = Date.now();
  const sandbox = await startSandbox({ ...options, log });
  const signingSecret = randomBytes(16).toString('hex');
  const botToken = `xoxb-${randomBytes(12).toString('hex')}`;
  const slack = await startSlack({ signingSecret, botToken, team: workspace.team, app: workspace.app });
  const stop = async () => {
    await Promise.all([slack.stop(), sandbox.stop()]);
  };
  try {
    log('deploying the app with the CDK command line');
    await prepareStacks(sandbox, slack.url, {}, version);
    const outputs = await deployPrepared(sandbox);
    const base = { sandbox, slack, outputs, client: clients(sandbox), stop };
    const operators = await fill(base, signingSecret, botToken);
    await sandbox.post('/_sandbox/enforce', { on: true });
    return { ...base, operators, seconds: (Date.now() - started) / 1000 };
  } catch (error) {
    await stop();
    throw error;
  }
}
