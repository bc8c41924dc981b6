import { createHash } from 'node:crypto';
import { type App, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { identityPlaybooks, playbookOfInstance, playbookOfStarted } from '../domain/answering.ts';
import type { Config } from '../domain/config.ts';
import { deployedKey, deployedOf } from '../domain/deployed.ts';
import { settingsOf } from '../domain/settings.ts';
import { settingsLines } from '../domain/settings-changes.ts';
import { chained } from '../routing/route.ts';
import { afterDeployment } from './after-deployment.ts';
import { Alarms } from './alarms.ts';
import { AlertTopic } from './alert-topic.ts';
import { openBus } from './bus-policy.ts';
import { Clock } from './clock.ts';
import type { CommittedPlaybook } from './committed-playbooks.ts';
import { copyAsItGrows } from './copies.ts';
import { daily } from './daily.ts';
import { deadLetters } from './dead-letters.ts';
import { DecisionsApi } from './decisions-api.ts';
import { EvidenceVault } from './evidence-vault.ts';
import { failedRuns } from './failed-runs.ts';
import { FindingRouter } from './finding-router.ts';
import { updateAsItTurns } from './finding-updates.ts';
import { Functions } from './functions.ts';
import { governRoles } from './governance.ts';
import { both, type Grant } from './grant.ts';
import { hearForwarders, noting, watching } from './heartbeat.ts';
import { IncidentTable } from './incident-table.ts';
import { functionLog, runLog } from './logs.ts';
import { MemberRoles } from './member-roles.ts';
import { readingTools } from './memory-tools.ts';
import { executionsArn, machineArn, named, pascal } from './names.ts';
import { outputDescription } from './output-words.ts';
import { PlaybookMachine } from './playbook-machine.ts';
import type { Contract } from './registry.ts';
import { SealingKey } from './sealing-key.ts';
import { selfDefence } from './self-defence.ts';
import { serviceRole } from './service-role.ts';
import { SettingsTable } from './settings-table.ts';
import { readingOf, slackSecret } from './slack-secret.ts';
import { suppressLint } from './suppressions.ts';
import { WaitingRuns } from './waiting-runs.ts';

/** What is deployed. */
export interface Deployment {
  readonly config: Config;
  readonly contracts: readonly Contract[];
  readonly playbooks: readonly CommittedPlaybook[];
  /** Directory of the bundled functions. */
  readonly code: string;
}

const lintSuppressions = {
  W3005: 'CDK writes DependsOn beside a reference to the same role; it does no harm',
};

/** Everything of the security-tooling account, and the member roles for responding in that account itself. */
export class HubStack extends Stack {
  private readonly deployed: Deployment;
  private readonly deadLetters: Queue;
  private readonly keys: IKey[] = [];

  constructor(app: App, id: string, deployed: Deployment) {
    const { config, contracts } = deployed;
    const { name, hub, tags, listening, region = listening?.regions[0] } = config;
    super(app, id, {
      stackName: name,
      description: 'Tourniquet',
      suppressTemplateIndentation: true,
      // With the account named the command line refuses to put the hub into another one; with the Region it goes into that one.
      env: { ...(hub && { account: hub }), ...(region && { region }) },
      terminationProtection: true,
      tags,
    });
    governRoles(this, config);
    suppressLint(this, lintSuppressions);
    this.templateOptions.metadata = { ...this.templateOptions.metadata, [deployedKey]: described(config) };
    this.deployed = deployed;
    this.deadLetters = deadLetters(this, name);
    const alerts = new AlertTopic(this, 'Alerts', name);
    const clock = new Clock(this, 'Clock', name, this.deadLetters);
    const functions = this.functions(alerts, clock);
    new MemberRoles(this, 'MemberRoles', { config, hub: this.account, contracts });
    const decisions = new DecisionsApi(this, 'Decisions', config, functions);
    this.tell(functions, alerts, decisions);
    selfDefence(this, {
      name,
      topic: alerts.topic,
      routing: functions.of('route-finding'),
      keys: [alerts.key, ...this.keys],
      api: decisions.api.apiId,
      deadLetters: this.deadLetters,
    });
    this.answer(functions);
    openBus(this, config);
    this.put({
      TopicArn: alerts.topic.topicArn,
      ScheduleGroup: clock.group,
      DecisionsUrl: decisions.decisions,
      SealUrl: decisions.seal,
      ClocksUrl: decisions.clocks,
      SettingsUrl: decisions.settings,
      RetentionUrl: decisions.retention,
      DeadLettersArn: this.deadLetters.queueArn,
      ...(config.slack && { SlackUrl: decisions.slack }),
    });
  }

  /** The functions, and what they keep things in. */
  private functions(alerts: AlertTopic, clock: Clock): Functions {
    const { deadLetters } = this;
    const { config, contracts, playbooks, code } = this.deployed;
    const { name } = config;
    const incidents = new IncidentTable(this, 'Incidents', config.existing);
    const settings = new SettingsTable(this, 'Settings', config.existing);
    const vault = new EvidenceVault(this, 'Vault', config);
    const seal = new SealingKey(this, 'Seal', config);
    const waiting = new WaitingRuns(this, 'WaitingRuns', machinesOf(playbooks, name));
    this.keys.push(vault.key, seal.key);
    const secret = config.slack && slackSecret(this, name);
    this.put({
      TableName: incidents.table.tableName,
      TableStreamArn: incidents.stream,
      SettingsTableName: settings.table.tableName,
      SettingsTableArn: settings.table.tableArn,
      VaultName: vault.bucket.bucketName,
      VaultKeyArn: vault.key.keyArn,
      SealingKeyArn: seal.key.keyArn,
      ...(secret && { SecretArn: secret.secretArn }),
    });
    const rights = {
      'read-incident': incidents.whole,
      'leave-table': incidents.leaving,
      'read-settings': settings.reading,
      'keep-settings': both(settings.keeping, incidents.earlierMode),
      'read-organization': readingOrganization,
      ...vault.rights,
      copy: both(vault.copying, incidents.following),
      'read-tools': readingTools(config),
      seal: seal.sealing,
      'security-hub': both(updatingFindings, incidents.following),
      slack: readingOf(secret),
      notify: alerts.publishing,
      schedule: clock.scheduling,
      sweep: clock.sweeping,
      watch: watching(config),
      ask: waiting.asking,
      decide: waiting.deciding,
      'start-playbook': startingAny(playbooks, name),
      'start-chained': startingAny(only(playbooks, [chained]), name),
      'start-for-identity': startingAny(only(playbooks, identityPlaybooks), name),
      'start-for-instance': startingAny(only(playbooks, [playbookOfInstance]), name),
      'start-for-started': startingAny(only(playbooks, [playbookOfStarted]), name),
      'start-release': starting(name, 'release'),
      'read-runs': readingRuns(name, deadLetters),
    };
    const log = functionLog(this, config);
    const heard = noting(incidents.table);
    const shared = { config, code: Code.fromAsset(code), items: incidents.items, heard, log, deadLetters, rights };
    const functions = new Functions(this, 'Functions', contracts, shared);
    const { stream } = incidents;
    copyAsItGrows(this, { stream, copying: functions.of('copy-to-vault'), deadLetters });
    if (config.securityHub.updates === 'findings')
      updateAsItTurns(this, { stream, updating: functions.of('update-findings'), deadLetters });
    return functions;
  }

  /** What tells people of what no run can tell. */
  private tell(functions: Functions, { topic }: AlertTopic, { api }: DecisionsApi): void {
    const { deadLetters } = this;
    const { playbooks, config } = this.deployed;
    const { name, listening } = config;
    const sweep = functions.of('clock-sweep');
    const keeping = functions.of('keep-settings');
    const others = ['seal-checkpoint', 'keep-retention'].map((one) => functions.of(one));
    daily(this, name, [sweep, keeping, ...others], deadLetters);
    afterDeployment(this, name, keeping, deadLetters);
    if (listening) hearForwarders(this, { name, hearing: functions.of('hear-forwarder'), deadLetters });
    failedRuns(this, {
      name,
      playbooks: playbooks.map(({ playbook }) => playbook.name),
      reporting: functions.of('report-failed-run'),
      topic,
      deadLetters,
    });
    new Alarms(this, 'Alarms', topic, { name, deadLetters, api, sweep });
  }

  /** One state machine a playbook, and the router for what no rule of theirs takes. */
  private answer(functions: Functions): void {
    const { deadLetters } = this;
    const { config, contracts, playbooks } = this.deployed;
    const { name } = config;
    const books = playbooks.map(({ playbook }) => playbook);
    new FindingRouter(this, 'FindingRouter', { config, playbooks: books, functions, deadLetters });
    const shared = { name, contracts, functions, log: runLog(this, config), starter: this.starter(), deadLetters };
    for (const committed of playbooks) {
      const id = pascal(committed.playbook.name);
      this.put({ [`Machine${id}`]: new PlaybookMachine(this, id, committed, shared).arn });
    }
  }

  /** One role with which rules start playbooks: a rule can only hand over what it matched, to the machine it names. */
  private starter(): IRole {
    const { playbooks, config } = this.deployed;
    const resources = machinesOf(
      playbooks.filter(({ patterns }) => patterns.length > 0),
      config.name,
    );
    const statements = [{ actions: ['states:StartExecution'], resources }];
    return serviceRole(
      this,
      'Starter',
      'events',
      named(config.name, 'start-playbooks'),
      statements,
    ).withoutPolicyUpdates();
  }

  /** The command line, the doctor and the sandbox find their way by these. */
  private put(outputs: Readonly<Record<string, string>>): void {
    for (const [id, value] of Object.entries(outputs))
      new CfnOutput(this, id, { value, description: outputDescription(id) });
  }
}

/** The settings only by their digest: whoever may read the stack need not know them. */
const described = (config: Config) => ({
  ...deployedOf(config),
  settings: createHash('sha256')
    .update(settingsLines(settingsOf(config)).join('\n'))
    .digest('hex'),
});

const machinesOf = (playbooks: readonly CommittedPlaybook[], name: string): string[] =>
  playbooks.map(({ playbook }) => machineArn(name, playbook.name));

const only = (playbooks: readonly CommittedPlaybook[], names: readonly string[]): readonly CommittedPlaybook[] =>
  playbooks.filter(({ playbook }) => names.includes(playbook.name));

const startingAny = (playbooks: readonly CommittedPlaybook[], name: string): Grant => {
  const byFindings = playbooks.filter(({ playbook }) => playbook.startedBy === 'findings');
  return {
    statements: [{ actions: ['states:StartExecution'], resources: machinesOf(byFindings, name) }],
    environment: { TOURNIQUET_MACHINES: machineArn(name, '') },
  };
};

/** Starts a playbook, and sees whether a run of it is under way. */
const starting = (name: string, playbook: string): Grant => ({
  statements: [
    { actions: ['states:StartExecution'], resources: [machineArn(name, playbook)] },
    { actions: ['states:DescribeExecution'], resources: [executionsArn(name, playbook)] },
  ],
  environment: { TOURNIQUET_RELEASE_MACHINE: machineArn(name, playbook) },
});

/** Which accounts there are, and in which units. These calls take no account for a resource. */
const readingOrganization: Grant = {
  statements: [
    {
      actions: [
        'organizations:ListAccounts',
        'organizations:ListAccountsForParent',
        'organizations:ListOrganizationalUnitsForParent',
      ],
      resources: ['*'],
    },
  ],
  environment: {},
};

/** Findings of the hub and of its members, in every Region: the hub is their administrator, or sees its own alone. */
const updatingFindings: Grant = {
  statements: [
    // None of these knows a resource (Service Authorization Reference, GuardDuty).
    { actions: ['guardduty:ListDetectors', 'guardduty:GetFindings', 'guardduty:ArchiveFindings'], resources: ['*'] },
    {
      actions: ['securityhub:GetFindings', 'securityhub:BatchUpdateFindings'],
      resources: ['hub/default', 'hubv2/*'].map((one) => `arn:${Aws.PARTITION}:securityhub:*:${Aws.ACCOUNT_ID}:${one}`),
    },
  ],
  environment: {},
};

const readingRuns = (name: string, { queueUrl }: Queue): Grant => ({
  statements: [
    { actions: ['states:GetExecutionHistory', 'states:DescribeExecution'], resources: [executionsArn(name)] },
  ],
  environment: { TOURNIQUET_LETTERS: queueUrl },
});
