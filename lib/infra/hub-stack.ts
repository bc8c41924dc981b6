import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Config } from '../domain/config.ts';
import { Alarms } from './alarms.ts';
import { Clock } from './clock.ts';
import { type Committed, committedPlaybooks } from './committed.ts';
import { daily } from './daily.ts';
import { deadLetters } from './dead-letters.ts';
import { EvidenceVault } from './evidence-vault.ts';
import { excuseLint } from './excuse.ts';
import { FindingRouter } from './finding-router.ts';
import { FrontDoor } from './front-door.ts';
import { Functions } from './functions.ts';
import type { Grant } from './grant.ts';
import { IncidentTable } from './incident-table.ts';
import { MemberRoles } from './member-roles.ts';
import { machineArn, pascal } from './names.ts';
import { Pager } from './pager.ts';
import { PlaybookMachine } from './playbook-machine.ts';
import { contractsOf } from './registry.ts';
import { SealingKey } from './sealing-key.ts';
import { readingOf, slackSecret } from './slack-secret.ts';
import { WaitingRuns } from './waiting-runs.ts';

interface HubProps {
  readonly config: Config;
  /** Directory of the bundled functions. */
  readonly code: string;
}

const lintExcuses = {
  W3005: 'CDK writes DependsOn beside a reference to the same role; it does no harm',
  E3601: 'reads a definition with its placeholders unfilled, and not as JSONata; asl-validator checks it instead',
  E1101: 'the same rule runs all the same, and crashes on a Parallel state (cfn-lint 1.58.0)',
};

/** Everything of the security-tooling account, and the member roles for responding in that account itself. */
export class HubStack extends Stack {
  private readonly config: Config;
  private readonly playbooks = committedPlaybooks();
  private readonly deadLetters: Queue;

  constructor(app: App, id: string, { config, code }: HubProps) {
    const { name, hub } = config;
    // Naming the account makes the command line refuse to put the hub into another one.
    const size = { suppressTemplateIndentation: true };
    super(app, id, { stackName: name, description: 'Tourniquet', ...size, ...(hub && { env: { account: hub } }) });
    excuseLint(this, lintExcuses);
    this.config = config;
    this.deadLetters = deadLetters(this, name);
    const contracts = contractsOf(config);
    const pager = new Pager(this, 'Pager', name);
    const clock = new Clock(this, 'Clock', name);
    const functions = this.functions(code, pager, clock);
    new MemberRoles(this, 'MemberRoles', { config, hub: this.account, contracts });
    const door = new FrontDoor(this, 'FrontDoor', config, functions);
    const alarms = new Alarms(this, 'Alarms', pager.topic);
    alarms.findingLost(this.deadLetters);
    alarms.reminderLost(clock.group);
    alarms.entrances(contracts, functions, door.answering);
    daily(this, name, functions.of('clock-sweep'), this.deadLetters);
    this.answer(functions, alarms);
    this.put({
      TopicArn: pager.topic.topicArn,
      ScheduleGroup: clock.group,
      DecisionsUrl: door.decisions,
      SealUrl: door.seal,
      ClocksUrl: door.clocks,
      ...(config.slack && { SlackUrl: door.slack }),
    });
  }

  /** The functions, and what they keep things in. */
  private functions(code: string, pager: Pager, clock: Clock): Functions {
    const { config, deadLetters, playbooks } = this;
    const { name } = config;
    const incidents = new IncidentTable(this, 'Incidents');
    const vault = new EvidenceVault(this, 'Vault', config);
    const seal = new SealingKey(this, 'Seal', config);
    const waiting = new WaitingRuns(this, 'WaitingRuns', namesOf(playbooks, name));
    const secret = config.slack && slackSecret(this, name);
    this.put({
      TableName: incidents.table.tableName,
      VaultName: vault.bucket.bucketName,
      SealingKeyArn: seal.key.keyArn,
      ...(secret && { SecretArn: secret.secretArn }),
    });
    const rights = {
      'read-incident': incidents.whole,
      vault: vault.sealing,
      'read-vault': vault.reading,
      seal: seal.sealing,
      slack: readingOf(secret),
      notify: pager.publishing,
      schedule: clock.scheduling,
      sweep: clock.sweeping,
      'extend-locks': vault.extending,
      ask: waiting.asking,
      decide: waiting.deciding,
      'start-playbook': startingAny(
        playbooks.filter(({ playbook }) => playbook.startedBy === 'findings'),
        name,
      ),
      'start-release': starting(machineArn(name, 'release')),
    };
    const shared = { config, code: Code.fromAsset(code), items: incidents.items, deadLetters, rights };
    return new Functions(this, 'Functions', contractsOf(config), shared);
  }

  /** One state machine a playbook, and the router for what no rule of theirs takes. */
  private answer(functions: Functions, alarms: Alarms): void {
    const { config, deadLetters, playbooks } = this;
    const books = playbooks.map(({ playbook }) => playbook);
    new FindingRouter(this, 'FindingRouter', { name: config.name, playbooks: books, functions, deadLetters });
    for (const committed of playbooks) {
      const { name } = committed.playbook;
      const { machine } = new PlaybookMachine(this, pascal(name), { ...committed, config, functions, deadLetters });
      alarms.runFailed(name, machine);
      this.put({ [`Machine${pascal(name)}`]: machine.stateMachineArn });
    }
  }

  /** The command line, the doctor and the sandbox find their way by these. */
  private put(outputs: Readonly<Record<string, string>>): void {
    for (const [id, value] of Object.entries(outputs)) new CfnOutput(this, id, { value });
  }
}

const namesOf = (playbooks: readonly Committed[], name: string): string[] =>
  playbooks.map(({ playbook }) => machineArn(name, playbook.name));

const startingAny = (playbooks: readonly Committed[], name: string): Grant => ({
  statements: [{ actions: ['states:StartExecution'], resources: namesOf(playbooks, name) }],
  environment: { TOURNIQUET_MACHINES: machineArn(name, '') },
});

const starting = (machine: string): Grant => ({
  statements: [{ actions: ['states:StartExecution'], resources: [machine] }],
  environment: { TOURNIQUET_RELEASE_MACHINE: machine },
});
