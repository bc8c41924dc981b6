/** The stack as it will be: a hundred and nine functions and twenty-eight playbooks, the further ones made up after the largest of today. */
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { fileReportTask } from '../../lambdas/clock/file-report-task/step.ts';
import { openObligations } from '../../lambdas/clock/open-obligations/step.ts';
import { measureBlastRadius } from '../../lambdas/ec2/measure-blast-radius/step.ts';
import { snapshotVolumes } from '../../lambdas/ec2/snapshot-volumes/step.ts';
import { swapInstanceProfile } from '../../lambdas/ec2/swap-instance-profile/step.ts';
import { minutes, playbook } from '../../lib/asl/notation.ts';
import { resourceLimit } from '../../lib/infra/app.ts';
import { type CommittedPlaybook, committedPlaybooks } from '../../lib/infra/committed-playbooks.ts';
import { HubStack } from '../../lib/infra/hub-stack.ts';
import { brokenBy } from '../../lib/infra/limit-check.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { bareApp } from '../../lib/infra/stack-set-template.ts';
import { securityHub } from '../../lib/routing/claim.ts';
import { full } from './configurations.ts';
import { stackOf, withCode } from './template.ts';

const planned = { functions: 109, playbooks: 28, resources: 420, bytes: 800_000, levers: 6, rules: 3 };

const committed = committedPlaybooks();
const contracts = contractsOf(full);
const model = committed.find(({ playbook: { name } }) => name === 'ec2-instance-compromise');

/** `made-up-ab`: names have no digits. */
const madeUp = (n: number): string =>
  `made-up-${[n / 26, n % 26].map((letter) => String.fromCharCode(97 + Math.floor(letter))).join('')}`;

const levers = Array.from({ length: planned.functions - contracts.length }, (_, n) => ({
  ...swapInstanceProfile,
  name: madeUp(n),
  title: `Made up ${n}`,
}));

function bookOf(n: number): CommittedPlaybook {
  const name = `playbook-${madeUp(n)}`;
  const acts = Array.from({ length: planned.levers }, (_, of) => levers[(n * planned.levers + of) % levers.length]);
  const book = playbook(name, `Made up ${n}`)
    .handles(securityHub(`Made up/${n}`))
    .preserve(snapshotVolumes)
    .contain(
      'contain',
      { unless: 'standing order', measure: measureBlastRadius, within: minutes(15), ifNobodyAnswers: 'hold' },
      ...acts.flatMap((act) => act ?? []),
    )
    .inform(openObligations, fileReportTask);
  return {
    playbook: book.report('Nothing.'),
    definition: model?.definition ?? '',
    patterns: (model?.patterns ?? []).slice(0, planned.rules),
  };
}

const further = Array.from({ length: planned.playbooks - committed.length }, (_, n) => bookOf(n));

test('a hundred and nine functions and twenty-eight playbooks fit into one stack, with room for what a user configures', () => {
  // Whether the resources are sound is asked of the real stack.
  const app = bareApp();
  withCode((code) => {
    const deployed = {
      config: full,
      contracts: [...contracts, ...levers],
      playbooks: [...committed, ...further],
      code,
    };
    new HubStack(app, 'Tourniquet', deployed);
  });
  const template = Template.fromStack(stackOf(app, 'Tourniquet')).toJSON() as {
    Resources: Record<string, { Type: string }>;
  };
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const count = (type: string): number => types.filter((one) => one === type).length;
  expect(count('AWS::Lambda::Function')).toBe(planned.functions);
  expect(count('AWS::StepFunctions::StateMachine')).toBe(planned.playbooks);
  expect(types.length).toBeLessThanOrEqual(planned.resources);
  expect(resourceLimit).toBe(planned.resources);
  const text = JSON.stringify(template);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(planned.bytes);
  expect(brokenBy(text)).toEqual([]);
}, 60_000);
