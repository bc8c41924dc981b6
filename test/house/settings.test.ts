import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { parseConfig } from '../../lib/domain/parse-config.ts';
import { bundle } from '../../lib/infra/bundle.ts';
import { functionFolders } from '../../lib/infra/function-folders.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { configSchema, warningsOf } from '../../lib/infra/settings.ts';
import { synthesise } from '../../lib/infra/synthesis.ts';
import { isTurnOf } from '../depth.ts';
import { full } from './configurations.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-settings-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const written = (name: string, content: unknown): string => {
  const file = join(scratch, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

interface Ended {
  readonly code: number | string | null | undefined;
  readonly said: string;
}

const variables = (context: object) => ({
  CDK_CONTEXT_JSON: JSON.stringify(context),
  CDK_OUTDIR: join(scratch, 'out'),
});

/** Runs the app as the CDK command line does: the context comes in a variable. */
function started(context: object): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...variables(context) };
    execFile(process.execPath, ['bin/app.ts'], { cwd: root, env }, (error, _, said) =>
      resolve({ code: error ? error.code : 0, said }),
    );
  });
}

/** The same in this process: loading CDK anew takes longer than all the rest. */
async function called(context: object): Promise<Ended> {
  for (const [name, value] of Object.entries(variables(context))) vi.stubEnv(name, value);
  const console = vi.spyOn(globalThis.console, 'error').mockReturnValue();
  const code = await synthesise();
  const said = console.mock.calls.map((words) => words.map(String).join(' ')).join('\n');
  return { code, said };
}
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a wrong setting ends the synthesis with exit code 2 and one line that says how to mend it', () => {
  const typo = written('typo.json', { $schema: 'tourniquet.schema.json', aprovers: [] });
  const broken = written('broken.json', '{ "mode": ');
  const words = written('list.json', []);
  const expectRefusal = ({ code, said }: Ended, expected: string): void => {
    expect(said).toContain(expected);
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(existsSync(join(scratch, 'out', 'manifest.json'))).toBe(false);
  };

  test('as the CDK command line runs it', async () => {
    const ended = await started({ tourniquet: { moed: 'respond' } });
    expectRefusal(ended, 'cdk.json: tourniquet.moed: unknown key; did you mean "mode"?');
  });

  test.each([
    [{ tourniquet: { slack: { team: 'x' } } }, 'cdk.json: tourniquet.slack.team: should be a Slack workspace id'],
    [
      {
        tourniquet: {
          slack: { team: 'T1', app: 'A1', channel: 'C1', identityApprovals: 'command line' },
          approvers: [{ name: 'Rosa', slack: 'U024BE7LH' }],
        },
      },
      'cdk.json: tourniquet.slack.identityApprovals: needs an approver with iam',
    ],
    [
      { tourniquet: { slack: { team: 'T1', app: 'A1', channel: 'C1', onCall: 'oncall' } } },
      'onCall: should be the id of a Slack user group',
    ],
    [{ tourniquet: { members: ['444455556666'] } }, "cdk.json: tourniquet.hub: should be the hub's account id"],
    [
      { tourniquet: { organization: { id: 'o-abcdefghij' } } },
      "cdk.json: tourniquet.hub: should be the hub's account id",
    ],
    [
      {
        tourniquet: {
          hub: '111122223333',
          members: ['444455556666'],
          organization: { id: 'o-abcdefghij', exclude: ['777788889999'] },
        },
      },
      'cdk.json: tourniquet.members: should be left out',
    ],
    [{ tourniquet: { listening: { regions: ['eu-west-1'] } } }, 'because forwarders send to it'],
    [
      { tourniquet: { hub: '111122223333', region: 'eu-central-1', listening: { regions: ['eu-west-1'] } } },
      'cdk.json: tourniquet.listening.regions: should begin with eu-central-1',
    ],
    [
      { tourniquet: { hub: '111122223333', rollout: { root: 'r-ab12' } } },
      'cdk.json: tourniquet.rollout: needs organization',
    ],
    [
      {
        tourniquet: {
          hub: '111122223333',
          existing: { sealingKey: 'arn:aws:kms:eu-central-1:444455556666:key/11111111-2222-3333-4444-555555555555' },
        },
      },
      "cdk.json: tourniquet.existing.sealingKey: should be of the hub's account, 111122223333",
    ],
    [
      { tourniquet: { evidence: { account: '777788889999' } } },
      'because the vault in evidence.account lets in its functions',
    ],
    [
      { tourniquet: { hub: '111122223333', region: 'eu-west-1', evidence: { account: '111122223333' } } },
      'cdk.json: tourniquet.evidence.account: is the hub',
    ],
    [
      { tourniquet: { hub: '111122223333', evidence: { account: '777788889999' } } },
      'cdk.json: tourniquet.region: should be the Region of the hub, because the vault is made there too',
    ],
    [
      {
        tourniquet: {
          hub: '111122223333',
          region: 'eu-west-1',
          evidence: { account: '777788889999' },
          existing: {
            vault: {
              bucket: 'kept',
              key: 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555',
            },
          },
        },
      },
      'cdk.json: tourniquet.existing.vault.key: should be of evidence.account, 777788889999',
    ],
    [
      {
        tourniquet: {
          hub: '111122223333',
          existing: {
            vault: {
              bucket: 'kept',
              key: 'arn:aws:kms:eu-west-1:777788889999:key/11111111-2222-3333-4444-555555555555',
            },
          },
        },
      },
      "tourniquet.existing.vault.key: should be of the hub's account, 111122223333, or evidence.account should name its account",
    ],
    [
      {
        tourniquet: {
          region: 'eu-central-1',
          existing: { table: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026-11-29T03:00:00.000' },
        },
      },
      'cdk.json: tourniquet.existing.table: should be in eu-central-1, the Region of the hub',
    ],
    [
      {
        tourniquet: {
          hub: '111122223333',
          organization: { id: 'o-abcdefghij' },
          listening: { regions: ['eu-west-1'] },
          rollout: {},
        },
      },
      'cdk.json: tourniquet.rollout.root: should be the id of the root',
    ],
    [
      { tourniquet: { organization: 'o-abcdefghij' } },
      'cdk.json: tourniquet.organization: should be an object such as',
    ],
    [{ tourniquet: { tags: { 'aws:owner': 'x' } } }, 'cdk.json: tourniquet.tags.aws:owner: should be a tag key that'],
    [{ tourniquet: { tags: { 'Tourniquet-contain': 'x' } } }, 'tags.Tourniquet-contain: should be a tag key that'],
    [
      { tourniquet: { tags: { Owner: 'x', owner: 'y' } } },
      'tourniquet.tags: should be no two keys that differ in case',
    ],
    [{ tourniquet: { members: 'all' } }, 'cdk.json: tourniquet.members: should be a list'],
    [{ tourniquet: { approvers: [{}] } }, 'tourniquet.approvers.0.name: is missing; it should be a text'],
    [{ tourniquet: { logRetentionDays: 30 } }, 'tourniquet.logRetentionDays: should be 90 or 180 or 365'],
    [{ tourniquet: { retentionDays: 30 } }, 'tourniquet.retentionDays: should be at least 90'],
    [{ tourniquet: { retentionDays: 36_501 } }, 'tourniquet.retentionDays: should be at most 36500'],
    [{ tourniqet: { mode: 'respond' } }, 'tourniqet: unknown key; did you mean "tourniquet"?'],
    [{ confg: 'my.json' }, 'confg: unknown key; did you mean "config"?'],
    [{ config: typo }, 'unknown key; did you mean "approvers"?'],
    [{ config: broken }, 'broken.json: '],
    [{ config: words }, 'list.json: should hold one JSON object'],
    [{ config: 'nowhere.json' }, 'nowhere.json: '],
  ])('%j', async (context, expected) => {
    expectRefusal(await called(context), expected);
  });
});

const permissionSet =
  'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Respond_0123456789abcdef';

test.each([
  [{}, 'no approver is configured'],
  [{ approvers: [{ name: 'Rosa', slack: 'U024BE7LH', login: 'rosa' }] }, 'one approver is configured'],
  [
    {
      approvers: [
        { name: 'Rosa', slack: 'U024BE7LH', iam: 'arn:aws:iam::111122223333:user/rosa' },
        { name: 'Leo', slack: 'U024BE7LJ', login: 'leo' },
      ],
      settingsReset: { reason: 'x' },
    },
    'in place of the settings table',
  ],
  [
    {
      approvers: [
        { name: 'Rosa', slack: 'U024BE7LH' },
        { name: 'Leo', iam: 'arn:aws:iam::111122223333:user/leo' },
      ],
    },
    'Rosa has neither "iam" nor "login": an incident about their own credentials cannot be kept from them',
  ],
  [
    {
      approvers: [
        { name: 'Rosa', slack: 'U024BE7LH', iam: permissionSet, login: 'rosa' },
        { name: 'Leo', iam: 'arn:aws:iam::111122223333:user/leo' },
      ],
      inAccounts: { '444455556666': { approvers: [{ name: 'Mia', slack: 'U024BE7LM', iam: `${permissionSet}0` }] } },
    },
    '"iam" of Mia is a role of IAM Identity Center, which others may have',
  ],
])('what two people are needed for, who is not known, and a reset, is said: %j', (input, words) => {
  const warnings = warningsOf(parseConfig(input, { file: 'test' }));
  expect(warnings).toEqual([expect.stringContaining(words)]);
});

test('the committed JSON Schema is the one of today; if not, run npm run generate', () => {
  expect(readFileSync(join(root, 'docs/tourniquet.schema.json'), 'utf8')).toBe(configSchema());
});

test('a function without a handler is named', async () => {
  const out = mkdtempSync(join(scratch, 'bundle-'));
  await expect(bundle(['no-such-step'], full, out)).rejects.toThrow(
    'lambdas/<room>/no-such-step/handler.ts: is missing',
  );
});

test('every bundle loads by itself and has a handler; the configuration lies beside it', async () => {
  const out = mkdtempSync(join(scratch, 'bundle-'));
  const names = contractsOf(full)
    .map(({ name }) => name)
    .filter((name) => isTurnOf(`bundle ${name}`, ['lib/infra', relative(root, functionFolders.get(name) ?? '')]));
  await bundle(names, full, out);
  for (const name of names) {
    const loaded = (await import(pathToFileURL(join(out, `${name}.mjs`)).href)) as { handler?: unknown };
    expect(loaded.handler, name).toBeTypeOf('function');
  }
  expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toEqual(full);
});
