import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, expect, test } from 'vitest';
import { pythonEnvironment } from '../sandbox/sandbox.ts';
import { appOf, full, plain, stacksOf } from './template.ts';

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'tourniquet-cfn-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** cfn-lint's findings about templates, one a line; empty when it has none. */
async function lint(...templates: object[]): Promise<string> {
  const files = templates.map((template, index) => {
    const file = join(scratch, `${index}-${Math.random().toString(36).slice(2)}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const python = await pythonEnvironment(() => {});
  const entry = 'import sys; from cfnlint.runner import main; sys.exit(main())';
  const command = ['-c', entry, '--format', 'parseable', '--regions', 'eu-central-1', '--', ...files];
  return run(python, command).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout || stderr,
  );
}

test('cfn-lint finds nothing in any stack', { timeout: 180_000 }, async () => {
  const stacks = [plain, full].flatMap((config) => stacksOf(appOf(config)));
  expect(await lint(...stacks.map((stack) => Template.fromStack(stack).toJSON()))).toBe('');
});

test('cfn-lint would find a mistake', { timeout: 180_000 }, async () => {
  expect(await lint({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Nmae: 'x' } } } })).toContain(
    'E3002',
  );
});
