import * as z from 'zod';
import { RegimeName } from './clock/regime-name.ts';
import { AccountId } from './resource.ts';
import { Settings, UnitId } from './settings.ts';

const SlackConfig = z.strictObject({
  team: z.string().regex(/^T[A-Z0-9]+$/, 'should be a Slack workspace id such as T024BE7LD'),
  enterprise: z
    .string()
    .regex(/^E[A-Z0-9]+$/, 'should be the id of an Enterprise Grid such as E024BE7LJ')
    .optional()
    .describe('Where the app is installed for a whole Enterprise Grid: only clicks from it count'),
  app: z.string().regex(/^A[A-Z0-9]+$/, 'should be a Slack app id such as A024BE7LX'),
  channel: z.string().regex(/^[CG][A-Z0-9]+$/, 'should be a channel id such as C024BE91L'),
  escalation: z
    .string()
    .regex(/^[CG][A-Z0-9]+$/, 'should be a channel id such as C024BE91L')
    .optional(),
  onCall: z
    .string()
    .regex(/^S[A-Z0-9]+$/, 'should be the id of a Slack user group such as S024BE7LH')
    .optional()
    .describe('Mentioned in every question, and again where nobody has answered. Left out: nobody is'),
  identityApprovals: z
    .enum(['Slack', 'command line'])
    .default('Slack')
    .describe(
      'command line: incidents about a user, a role or a person stay out of Slack, where that person may read along',
    ),
  api: z.url().default('https://slack.com/api/').describe('Web API; https://slack-gov.com/api/ for GovSlack'),
});

const Entity = z.strictObject({
  name: z.string().default('').describe('Legal name of the reporting company'),
  contact: z.string().default('').describe('Name, address, phone and mail of the point of contact'),
  contracts: z.array(z.string()).default([]).describe('Contract numbers that may be affected'),
  clearance: z.string().default('').describe('Facility clearance level'),
  contractClearance: z.string().optional().describe('Clearance level of the contracts'),
  contractingOfficers: z.array(z.string()).optional().describe('Contracting officers with their contact'),
  programmeManagers: z.array(z.string()).optional().describe('Government programme managers with their contact'),
  programmes: z.array(z.string()).optional().describe('Programmes, platforms or systems of the Department of Defense'),
  uei: z.string().optional().describe('Unique Entity Identifier of SAM.gov'),
  cage: z.string().optional().describe('CAGE code of the facility'),
  otherNames: z.array(z.string()).optional().describe('Trade names and other legal names'),
  incorporation: z.string().optional().describe('State of incorporation or formation'),
  code: z.string().optional().describe('LEI, or another code an authority knows the company by'),
  parent: z.string().optional().describe('Parent undertaking, with its LEI'),
  secondContact: z.string().optional().describe('Who answers when the contact does not'),
  dataProtectionOfficer: z.string().optional().describe('Name and contact, or those of another contact point'),
});

const Region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'should be a Region such as eu-central-1');

/** From where the whole organisation can be reached. The member stack has to be deployed there too, if it is not the hub. */
const OrganizationAdmin = z.strictObject({
  account: AccountId.describe(
    'The management account, or one to which it delegated policies, root access and IAM Identity Center',
  ),
  management: AccountId.describe(
    'The management account: no policy of the organisation applies to it, so people act there',
  ),
  quarantineUnit: UnitId.optional().describe(
    'Unit whose policies allow only the responders and privileged root sessions (aws:AssumedRoot). Moving accounts requires the management account',
  ),
  identityCenter: Region.optional().describe('The Region of IAM Identity Center'),
});
export type OrganizationAdmin = z.infer<typeof OrganizationAdmin>;

/** The organisation whose accounts are members, unless they are listed one by one. */
const Organization = z.strictObject(
  {
    id: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'should be an organisation id such as o-exampleorgid'),
    include: z
      .array(UnitId)
      .min(1)
      .optional()
      .describe('Only accounts in these units, and in units below them. Left out: all accounts'),
    exclude: z.array(AccountId).min(1).optional().describe('Accounts that are not members all the same'),
  },
  {
    error: ({ code }) => (code === 'invalid_type' ? 'should be an object such as {"id":"o-exampleorgid"}' : undefined),
  },
);

/** What is heard besides the hub's own Region: forwarders in the other Regions and accounts send to its bus. */
const Listening = z.strictObject({
  regions: z.tuple([Region], Region).describe('That of the hub first, then the others to hear; us-east-1 has IAM'),
  administrator: AccountId.optional().describe(
    'Receives the findings of all members from GuardDuty, Security Hub and Macie. Left out: each account sends its own',
  ),
});
export type Listening = z.infer<typeof Listening>;

/** StackSets put forwarders and the roles of members into the accounts of the organisation. */
const Rollout = z.strictObject({
  root: z
    .string()
    .regex(/^r-[0-9a-z]{4,32}$/, 'should be the id of the root of the organisation such as r-ab12')
    .optional()
    .describe('The root of the organisation; needed where organization.include names no units'),
  from: z
    .enum(['hub', 'management'])
    .default('hub')
    .describe('The account that deploys it; for the hub, register it as delegated administrator of StackSets'),
});

/** Who says when a record was sealed. Any authority of RFC 3161 will do that an auditor knows; none is taken for granted. */
const TimestampAuthority = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: 'should be the https address of a time-stamp authority (RFC 3161)' })
    .describe('Called over https only; receives the SHA-256 of a signature and a random number, nothing else'),
});

/** What AWS accepts as tags, but for its own and those by which Tourniquet's roles know each other (IAM user guide, "Tagging limits"). */
const Tags = z
  .record(
    z
      .string()
      .regex(
        /^(?!aws:|tourniquet-)[\w .:/=+@-]{1,128}$/i,
        'should be a tag key that begins with neither aws: nor tourniquet-',
      ),
    z.string().regex(/^[\w .:/=+@-]{0,256}$/, 'should be 256 letters, digits or _.:/=+-@ at most'),
  )
  // Of 50, so that ours have room beside them.
  .refine((tags) => Object.keys(tags).length <= 40, 'should be 40 tags at most')
  // To IAM they would be the same (IAM user guide, "Rules for tagging in IAM and AWS STS").
  .refine(
    (tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length,
    'should be no two keys that differ in case alone',
  );

const KeyArn = z
  .string()
  .regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'should be the ARN of a KMS key, not of an alias');

/** What a restore brought, or what an earlier deployment left when it was destroyed. */
const Existing = z.strictObject({
  table: z
    .string()
    .regex(
      /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+\/stream\/[\w:.-]+$/,
      "should be the ARN of the table's stream: LatestStreamArn in aws dynamodb describe-table",
    )
    .optional()
    .describe('The incident table, by the ARN of its stream of new images'),
  settings: z
    .string()
    .regex(
      /^arn:[\w-]+:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+$/,
      'should be the ARN of a table: TableArn in aws dynamodb describe-table',
    )
    .optional()
    .describe('The settings table'),
  vault: z
    .strictObject({
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'should be the name of a bucket')
        .describe('Made with Object Lock; its policy is written by the deployment'),
      key: KeyArn.describe('The key it is encrypted with'),
    })
    .optional(),
  sealingKey: KeyArn.optional().describe(
    'The key that signs records; keep the name of the deployment, which its policy asks for',
  ),
});
export type Existing = z.infer<typeof Existing>;

/** Where the vault is, if not in the hub: nobody of the hub can delete or unlock there, its administrators included. */
const Evidence = z.strictObject({
  account: AccountId.describe('Its account. TourniquetVault is deployed there, before the hub'),
});

/** Which findings of other products in Security Hub are read at all: the rest never leaves EventBridge, and costs nothing. */
const SecurityHub = z.strictObject({
  products: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Names of the products that count, as Security Hub shows them. Left out: all that report more than weaknesses',
    ),
  severities: z
    .array(z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']))
    .min(1)
    .optional()
    .describe('Severities that count. Left out: all'),
  updates: z
    .enum(['findings', 'none'])
    .default('findings')
    .describe(
      'Whether findings in Security Hub show their incident: its id and state, a note, and NOTIFIED once people are asked',
    ),
});
export type SecurityHub = z.infer<typeof SecurityHub>;

const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'should be a SHA-256 in lower-case hex')
  .describe('Of its file: another one is not run');
const Arguments = z.string().regex(/^[\w ./=:-]{1,200}$/, 'should be 200 letters, digits or ./=:- at most');

const LinuxTool = z.strictObject({
  from: z
    .string()
    .regex(
      /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w!.*()/-]{1,900}|\/[\w./-]{1,400})$/,
      'should be s3://bucket/key or a path on the instance such as /opt/avml',
    )
    .describe('s3://bucket/key, which the hub may read, or a path on the instance'),
  sha256: Sha256,
  arguments: Arguments.default('/dev/stdout').describe(
    'So that it writes plain LiME to its standard output: /dev/stdout, or acquire /dev/stdout where AVML has subcommands',
  ),
});
const WindowsTool = z.strictObject({
  from: z
    .string()
    .regex(
      /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w!.*()/-]{1,900}|[A-Z]:\\[\w. \\-]{1,400})$/,
      'should be s3://bucket/key or a path on the instance such as C:\\Tools\\winpmem.exe',
    )
    .describe('s3://bucket/key, which the hub may read, or a path on the instance'),
  sha256: Sha256,
  arguments: Arguments.default('-').describe('So that it writes to its standard output'),
});

/** What takes a copy of an instance's memory. Nothing is downloaded that does not stand here. */
const Memory = z
  .strictObject({
    linux: z
      .strictObject({ x86_64: LinuxTool.optional(), arm64: LinuxTool.optional() })
      .optional()
      .describe('AVML, or what writes LiME as it does'),
    windows: WindowsTool.optional().describe('WinPmem; written by its documentation, and tried on no Windows machine'),
    capMinutes: z
      .int()
      .min(1)
      .max(120)
      .default(15)
      .describe('What has not come by then is given up, and what has come is sealed as cut short'),
  })
  .refine(
    ({ linux, windows }) => Boolean(linux?.x86_64 ?? linux?.arm64 ?? windows),
    'should name a tool: linux.x86_64, linux.arm64 or windows',
  );
export type Memory = z.infer<typeof Memory>;

/** Another reason, or other settings beside it, is another reset. */
const SettingsReset = z.strictObject({
  reason: z.string().min(1).describe('Why; goes to every channel and onto the ledger of the settings'),
});

/** What a deployment is called that nobody has named. */
export const defaultName = 'tourniquet';

/** Tourniquet's whole configuration: one object under `tourniquet` in cdk.json's context. Unknown keys are errors. */
export const Config = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,18}$/, 'should be 2 to 19 lower-case letters, digits or dashes')
    .default(defaultName)
    .describe('Prefix of everything deployed; change it to deploy twice into one account'),
  hub: AccountId.optional().describe('The security-tooling account. Left out: the account you deploy into'),
  region: Region.optional().describe(
    'The Region of the hub, whatever the command line is set to. Left out: the first of listening.regions, or the Region you deploy into',
  ),
  members: z
    .array(AccountId)
    .default([])
    .describe('Accounts besides the hub in which Tourniquet may respond. Left out: those of the organization, if any'),
  organization: Organization.optional().describe(
    'Nothing enters or leaves it: member roles trust the hub only from inside, and the hub assumes roles only inside',
  ),
  rolePath: z
    .string()
    .regex(/^\/([\w+=,.@-]+\/)*$/, 'should be a path such as /security/')
    .max(128)
    .default('/')
    .describe('Path of all roles. IAM cannot change it later: destroy the deployment first, or give it another name'),
  permissionsBoundary: z
    .string()
    .regex(
      /^[\w+=,.@-][\w+=,.@/-]{0,127}$/,
      'should be the name of a managed policy, with its path but without the leading /',
    )
    .optional()
    .describe('Managed policy that each account holds; the boundary of all roles'),
  existing: Existing.prefault({}).describe(
    'Adopted in place of making new ones: docs/restore.md. What is left out is made',
  ),
  evidence: Evidence.optional().describe(
    'An account for the vault alone: docs/evidence-account.md. Left out: it is in the hub',
  ),
  tags: Tags.default({}).describe('Put on the stacks, and by CloudFormation on everything in them that can carry tags'),
  securityHub: SecurityHub.prefault({}),
  organizationAdmin: OrganizationAdmin.optional().describe(
    'Left out: what only the organisation can do has to be done by hand',
  ),
  listening: Listening.optional().describe('Left out: only what arrives in the Region and account of the hub is heard'),
  rollout: Rollout.optional().describe('Left out: forwarders and the roles of members are deployed by you'),
  decoys: z
    .array(
      z.string().regex(/^arn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:[^*?]+$/, 'should be the ARN of one resource, user or role'),
    )
    .default([])
    .describe('Resources, users and roles that nobody has a reason to touch: use of one starts decoy-tripped'),
  scanners: z
    .array(
      z.string().regex(/^arn:[\w-]+:iam::\d{12}:(user|role)\/[^*?]+$/, 'should be the ARN of one IAM user or role'),
    )
    .default([])
    .describe('Your own scanners, by the ARN of their user or role: what they touch is no decoy tripped'),
  liveFacts: z
    .boolean()
    .default(true)
    .describe(
      'Processes, sockets and log-ins of a managed instance are read by a script that Systems Manager runs as root. false: nothing is, and no role may send a command',
    ),
  memory: Memory.optional().describe(
    'Your tools that copy the memory of a managed instance into the vault: docs/memory.md. Left out: none is copied',
  ),
  diskProof: z
    .int()
    .min(0)
    .max(65_536)
    .default(32)
    .describe(
      'GiB of written blocks that are read of the snapshots of one incident at most, to prove what they hold: 2,048 requests, about 0.006 dollars, for each. 0: none is, and no role may read one',
    ),
  ...Settings.shape,
  settingsReset: SettingsReset.optional().describe(
    'What stands here counts again, whatever the settings table holds: for when nobody is left who may change it',
  ),
  slack: SlackConfig.optional().describe(
    'Left out: questions and reports go to the SNS topic, decisions to the command line',
  ),
  regimes: z.array(RegimeName).default(['cisa-voluntary']).describe('Report clocks to start with every incident'),
  entity: Entity.prefault({}).describe('Who reports; goes into the drafts'),
  timestampAuthority: TimestampAuthority.optional().describe(
    'Stamps each sealed record, so that nobody can backdate it. Left out: only our own clocks say when it was sealed',
  ),
  // EC2 locks no snapshot, and S3 keeps no version, for longer (LockSnapshot; S3 Object Lock: 36,500 days).
  retentionDays: z
    .int()
    .min(90)
    .max(36_500)
    .default(104)
    .describe('How long evidence stays locked: 90 days and a margin'),
  tableDays: z
    .int()
    .min(90)
    .optional()
    .describe(
      'A closed incident without a new entry for so many days leaves the table once it is exported and a checkpoint names it; the vault keeps its export. Left out: it stays',
    ),
  lock: z
    .enum(['governance', 'compliance'])
    .default('governance')
    .describe(
      'Mode of the locks in the vault and of snapshots. compliance: until one ends nobody can shorten it or delete what it holds, AWS included; of a snapshot after 24 hours',
    ),
  logRetentionDays: z.union([z.literal(90), z.literal(180), z.literal(365)]).default(365),
});
export type Config = z.infer<typeof Config>;
