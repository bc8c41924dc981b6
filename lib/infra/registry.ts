import { decideApproval } from '../../lambdas/approval/decide-approval/entrance.ts';
import { keepRetention } from '../../lambdas/approval/keep-retention/entrance.ts';
import { keepSettings } from '../../lambdas/approval/keep-settings/entrance.ts';
import { requestApproval } from '../../lambdas/approval/request-approval/entrance.ts';
import { slackInteractions } from '../../lambdas/approval/slack-interactions/entrance.ts';
import { clockSweep } from '../../lambdas/clock/clock-sweep/entrance.ts';
import { clockTick } from '../../lambdas/clock/clock-tick/entrance.ts';
import { hearForwarder } from '../../lambdas/clock/hear-forwarder/entrance.ts';
import { keepClocks } from '../../lambdas/clock/keep-clocks/entrance.ts';
import { captureMemory } from '../../lambdas/ec2/capture-memory/step.ts';
import { proveDisk } from '../../lambdas/ec2/prove-disk/step.ts';
import { readLiveFacts } from '../../lambdas/ec2/read-live-facts/step.ts';
import { closeOut } from '../../lambdas/incident/close-out/entrance.ts';
import { openIncident } from '../../lambdas/incident/open-incident/entrance.ts';
import { openRelease } from '../../lambdas/incident/open-release/entrance.ts';
import { reportFailedRun } from '../../lambdas/incident/report-failed-run/entrance.ts';
import { routeFinding } from '../../lambdas/incident/route-finding/entrance.ts';
import { tellResponders } from '../../lambdas/incident/tell-responders/entrance.ts';
import { updateFindings } from '../../lambdas/incident/update-findings/entrance.ts';
import { copyToVault } from '../../lambdas/record/copy-to-vault/entrance.ts';
import { sealCheckpoint } from '../../lambdas/record/seal-checkpoint/entrance.ts';
import { sealRecord } from '../../lambdas/record/seal-record/entrance.ts';
import { playbooks } from '../../playbooks/index.ts';
import type { Playbook } from '../asl/notation.ts';
import { functionsOf, stepsOf } from '../asl/wiring.ts';
import type { Config } from '../domain/config.ts';
import type { Permission } from '../domain/permission.ts';
import type { Place } from '../domain/resource.ts';
import { type AnyStep, type Entrance, type Operation, type RoleClass, withReading } from '../domain/step.ts';
import { everywhere } from '../domain/target.ts';

/** Whatever becomes a function: a step of a playbook, or an entrance. */
export type Contract = AnyStep | Entrance;

const steps = [...new Map(playbooks.flatMap(stepsOf).map((step) => [step.name, step])).values()];
const entrances = [
  routeFinding,
  openIncident,
  tellResponders,
  requestApproval,
  decideApproval,
  keepRetention,
  keepSettings,
  openRelease,
  closeOut,
  reportFailedRun,
  sealRecord,
  sealCheckpoint,
  copyToVault,
  keepClocks,
  clockTick,
  clockSweep,
];

/** Without these rights; what is left says that it does nothing. */
const without = (step: AnyStep, ...actions: readonly string[]): AnyStep => {
  if (step.kind !== 'step') return step;
  const permissions = step.operations.run.permissions.filter(({ action }) => !actions.includes(action));
  return { ...step, operations: { run: { ...step.operations.run, permissions } } };
};

/** A step as it is deployed: what the configuration does not want is not allowed either. */
function wanted(step: AnyStep, { liveFacts, memory, diskProof }: Config): AnyStep {
  if (step.name === captureMemory.name && !memory) return { ...without(step, 'ssm:SendCommand'), hub: [] };
  if (step.name === readLiveFacts.name && !liveFacts) return without(step, 'ssm:SendCommand');
  if (step.name === proveDisk.name && diskProof === 0)
    return without(step, 'ebs:ListSnapshotBlocks', 'ebs:GetSnapshotBlock', 'kms:Decrypt');
  return step;
}

/** Every function of a deployment. Steps come from the playbooks: what no playbook uses is not deployed. */
export const contractsOf = (config: Config): Contract[] => [
  ...entrances,
  ...(config.listening ? [hearForwarder] : []),
  ...(config.securityHub.updates === 'findings' ? [updateFindings] : []),
  ...(config.slack ? [slackInteractions] : []),
  ...steps.map((step) => wanted(step, config)),
];

/** MiB. Lambda gives CPU in proportion; what stands between a finding and its containment starts cold in half the time. */
const [usual, urgent] = [512, 1024];
const isUrgent = (contract: Contract): boolean =>
  contract.name === 'open-incident' || ('phase' in contract && contract.phase === 'contain');
export const memoryOf = (contract: Contract): number => (isUrgent(contract) ? urgent : usual);

/** The same, of a function that a record names, whether or not this version still has it. */
export const memoryByName = (name: string): number => {
  const step = steps.find((one) => one.name === name);
  return step ? memoryOf(step) : name === openIncident.name ? urgent : usual;
};

/** The functions a playbook's state machine may call. What releases also calls whichever lever the incident's record names. */
export function calledBy(playbook: Playbook, contracts: readonly Contract[]): string[] {
  const releases = playbook.asks.some(({ kind }) => kind === 'release');
  const levers = releases ? contracts.filter(({ kind }) => kind === 'lever').map(({ name }) => name) : [];
  return [...new Set([...functionsOf(playbook), ...levers])];
}

/** The operations as the infrastructure sees them: on anything that the contract takes, in a whole account. */
export function operationsOf(contract: Contract): Operation<Place>[] {
  if (contract.kind === 'entrance') return Object.values(contract.operations);
  const { operations, target } = contract;
  return Object.values(operations).map(({ permissions, ...rest }) => ({
    ...rest,
    permissions: everywhere(target, permissions),
  }));
}

/** How long its function may take: what an operation does may be read back by the same call. */
export function secondsOf(contract: Contract): number {
  const each = operationsOf(contract).map(({ within }) => within);
  const read =
    contract.kind === 'lever' ? (['apply', 'confirm'] as const).map((one) => withReading(contract, one)) : [];
  return Math.max(...each, ...read);
}

/** The member roles a function assumes: those of its operations that touch the member account at all; of one place where it is given. */
export const classesOf = (contract: Contract, place?: Where): RoleClass[] => {
  const touching = operationsOf(contract).filter(({ permissions }) => permissions.length > 0);
  const there = touching.filter(({ in: where = 'account' }) => !place || where === place);
  return [...new Set(there.map(({ as }) => as))];
};

/** In the account of a target, or where the organisation is administered. */
type Where = 'account' | 'organization';

/** Everything the functions may do through one member role: in the accounts of targets, or where the organisation is administered. */
export const permissionsOf = (
  contracts: readonly Contract[],
  as: RoleClass,
  where: Where = 'account',
): Permission<Place>[] =>
  contracts
    .flatMap(operationsOf)
    .filter((operation) => operation.as === as && (operation.in ?? 'account') === where)
    .flatMap(({ permissions }) => permissions);
