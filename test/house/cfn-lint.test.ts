import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, expect, test, vi } from 'vitest';
import { newApp } from '../../lib/infra/app.ts';
import { deep, depth } from '../depth.ts';
import { pythonEnvironment } from '../sandbox/sandbox.ts';
import { full, plain, vaultFirst } from './configurations.ts';
import { appOf, bareAppOf, nagOf, stacksOf } from './template.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-cfn-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What cfn-lint finds in templates, a list of lines each. One process for all: loading its rules takes longer than most templates. */
async function lint(templates: Readonly<Record<string, object>>): Promise<Record<string, string[]>> {
  const files = Object.entries(templates).map(([name, template]) => {
    const file = join(scratch, `${name}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const python = await pythonEnvironment(() => {});
  const entry = 'import sys; from cfnlint.runner import main; sys.exit(main())';
  const command = ['-c', entry, '--format', 'parseable', '--regions', 'eu-central-1', '--', ...files];
  const said = await run(python, command).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );
  const lines = said.split('\n').filter(Boolean);
  const about = (file: string): string[] => lines.filter((line) => line.startsWith(`${file}:`));
  const found = Object.fromEntries(files.map((file) => [basename(file, '.json'), about(file)]));
  return { ...found, besides: lines.filter((line) => !files.some((file) => line.startsWith(`${file}:`))) };
}

/** One account alone gets a part of what several get: a whole `npm run nightly` looks at that too. */
const configs = depth === 'all' ? { plain, full, vaultFirst } : { full, vaultFirst };

// An outside validator, and the dearest: npm run nightly and .ci/run ask it.
const asked = test.runIf(deep);

asked('cfn-lint finds nothing in any stack, and would find a mistake', { timeout: 600_000 }, async () => {
  const stacks = Object.entries(configs).flatMap(([of, config]) =>
    stacksOf(bareAppOf(config)).map(
      (stack) => [`${of}-${stack.artifactId}`, Template.fromStack(stack).toJSON()] as const,
    ),
  );
  const mistaken = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Nmae: 'x' } } } };
  const { mistaken: found, ...rest } = await lint({ ...Object.fromEntries(stacks), mistaken });
  expect(found).toEqual([expect.stringContaining('E3002')]);
  const nothing = [...stacks.map(([name]) => [name, []] as const), ['besides', []] as const];
  expect(rest).toEqual(Object.fromEntries(nothing));
  expect(stacks.length).toBeGreaterThan(1);
});

asked('nor does the validation that comes with CDK, which other tests leave out', { timeout: 600_000 }, () => {
  vi.stubEnv('CDK_VALIDATION', undefined);
  try {
    expect(nagOf(appOf(full), 'CloudFormation Validate').found).toEqual([]);
    const mistaken = newApp();
    new CfnQueue(new Stack(mistaken, 'Mistaken'), 'Queue', { queueName: 'q' }).addPropertyOverride('Nmae', 'x');
    expect(() => mistaken.synth()).toThrow("Additional properties are not allowed ('Nmae' was unexpected)");
  } finally {
    vi.unstubAllEnvs();
  }
});
