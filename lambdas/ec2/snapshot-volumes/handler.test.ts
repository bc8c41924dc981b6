import { EC2Client } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ecsTask } from '../../ecs/ecs-task/target.ts';
import { eksWorkload } from '../../eks/eks-workload/target.ts';
import type { StepContext } from '../../runtime/serve-step.ts';
import { anyInstance } from '../instance/target.ts';

let mode: string;
vi.mock('../../runtime/environment.ts', () => ({
  config: () => ({ retentionDays: 104, lock: mode }),
  environment: (name: string) => `the ${name}`,
  tool: () => ({ version: '1.4.0', sha256: 'c0de' }),
}));
vi.mock('../../runtime/pipeline.ts', () => ({ logger: { warn: () => null } }));
vi.mock('../../runtime/serve-step.ts', () => ({ serveStep: () => null }));
vi.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));
const { takeSnapshots } = await import('./handler.ts');

/** Snapshots as an account keeps them, and the calls that were made. */
let kept: { SnapshotId: string; VolumeId: string; State: string; Tags: object }[];
let calls: string[];
let locking: () => object;
let locked: object[];
/** Tags on each volume, whether they were to be copied, and whether EC2 answers without a snapshot. */
let volumeTags = 0;
let none = false;
const copied: (string | undefined)[] = [];
let described: string[];
/** What EC2 answers who asks for the set by its ids. */
let asked: () => object;

const named = (name: string, message: string) => Object.assign(new Error(message), { name });
const answers: Record<
  string,
  (input: {
    SnapshotId: string;
    SnapshotIds?: string[];
    TagSpecifications: { Tags: object }[];
    CopyTagsFromSource?: string;
    Description?: string;
  }) => object
> = {
  DescribeSnapshots: ({ SnapshotIds }) => (SnapshotIds ? asked() : { Snapshots: kept }),
  CreateSnapshots: ({ TagSpecifications: [tags], CopyTagsFromSource, Description = '' }) => {
    copied.push(CopyTagsFromSource);
    described.push(Description);
    if (CopyTagsFromSource && volumeTags > 49) throw named('TagLimitExceeded', 'Tag limit exceeded.');
    if (none) return { Snapshots: [] };
    kept = ['vol-1', 'vol-2'].map((VolumeId) => ({
      SnapshotId: `snap-of-${VolumeId}`,
      VolumeId,
      State: 'pending',
      Tags: tags?.Tags ?? [],
    }));
    return { Snapshots: kept };
  },
  LockSnapshot: (input) => {
    locked.push(input);
    return locking();
  },
};

const target = {
  ...anyInstance({ partition: 'aws', account: '111122223333' }),
  region: 'eu-central-1',
  id: 'i-0123456789abcdef0',
  volumes: ['vol-1', 'vol-2'].map((id) => ({ id, device: '/dev/xvda', deleteOnTermination: true })),
};

function context(mode: 'observe' | 'respond' = 'respond') {
  const ec2 = new EC2Client({ region: 'eu-central-1' });
  vi.spyOn(ec2, 'send').mockImplementation(async (command: { constructor: { name: string }; input: object }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push(name);
    return answers[name]?.(command.input as never);
  });
  const run = { incident: 'inc-1', id: 'run-1', playbook: 'p', mode, openedAt: '2026-11-21T10:00:00.000Z' };
  const now = () => '2026-11-21T10:00:05.000Z';
  return { target, run, now, session: { client: () => ec2 } } as unknown as StepContext<typeof target>;
}

describe('snapshot-volumes', () => {
  beforeEach(() => {
    kept = [];
    calls = [];
    locked = [];
    described = [];
    mode = 'governance';
    asked = () => ({ Snapshots: kept.map((one, index) => (index ? one : { ...one, KmsKeyId: 'key-of-vol-1' })) });
    locking = () => ({ LockExpiresOn: new Date('2027-03-05T10:00:00.000Z') });
  });

  it('copies the volumes of the instance a task runs on, once, and asks EC2 by its id', async () => {
    const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
    const onHost = { ...ecsTask.any(place), ...place, host: 'i-0fedcba9876543210' };
    const first = await takeSnapshots({ ...context(), target: onHost });
    expect(first).toMatchObject({ outcome: 'taken', failed: [] });
    expect((await takeSnapshots({ ...context(), target: onHost })).snapshots).toEqual(first.snapshots);
    expect(described).toEqual(['Evidence of i-0fedcba9876543210 in incident inc-1']);
    const nowhere = await takeSnapshots({ ...context(), target: { ...onHost, host: null } });
    expect(nowhere).toMatchObject({ outcome: 'not-applicable', because: expect.stringContaining('no EC2 instance') });
  });

  it('copies the volumes of every node that pods run on', async () => {
    const place = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
    const hosts = ['i-0fedcba9876543210', 'i-0fedcba9876543211'];
    const pods = { ...eksWorkload.any(place), ...place, hosts };
    const { outcome, evidence, snapshots } = await takeSnapshots({ ...context(), target: pods });
    expect([outcome, evidence.length, snapshots.length]).toEqual(['taken', 4, 4]);
    expect(described).toEqual(hosts.map((host) => `Evidence of ${host} in incident inc-1`));
    expect(await takeSnapshots({ ...context('observe'), target: pods })).toMatchObject({
      outcome: 'would-take',
      because: `would copy every volume of ${hosts[0]}, every volume of ${hosts[1]}`,
    });
    const onFargate = await takeSnapshots({ ...context(), target: { ...pods, hosts: [] } });
    expect(onFargate).toMatchObject({ outcome: 'not-applicable', because: expect.stringContaining('no node') });
  });

  it('makes one set, however often it runs', async () => {
    const first = await takeSnapshots(context());
    expect(first).toMatchObject({ outcome: 'taken', failed: [] });
    expect(kept[0]?.Tags).toEqual([{ Key: 'tourniquet-incident', Value: 'inc-1' }]);
    const again = await takeSnapshots(context());
    expect(again.snapshots).toEqual(first.snapshots);
    expect(calls.filter((name) => name === 'CreateSnapshots')).toHaveLength(1);
  });

  it('copies volumes with fifty tags all the same, without the tags', async () => {
    volumeTags = 50;
    copied.length = 0;
    expect(await takeSnapshots(context())).toMatchObject({ outcome: 'taken', failed: [] });
    expect(copied).toEqual(['volume', undefined]);
    volumeTags = 0;
  });

  it('asks about no snapshot where none was made: EC2 would list all public ones', async () => {
    none = true;
    await takeSnapshots(context());
    none = false;
    expect(calls.filter((name) => name === 'DescribeSnapshots')).toHaveLength(1);
  });

  it('counts the end itself while EC2 names none, as for a pending snapshot', async () => {
    locking = () => ({ LockState: 'governance' });
    const { snapshots } = await takeSnapshots(context());
    expect(snapshots[0]?.lockedUntil).toBe('2027-03-05T10:00:05.000Z');
  });

  it('locks as configured: in compliance mode it can be lifted for a day, and then by nobody', async () => {
    expect((await takeSnapshots(context())).evidence[0]?.lockMode).toBe('governance');
    expect(locked[0]).toEqual({ SnapshotId: 'snap-of-vol-1', LockMode: 'governance', LockDuration: 104 });
    mode = 'compliance';
    kept = [];
    expect((await takeSnapshots(context())).evidence[0]?.lockMode).toBe('compliance');
    expect(locked[2]).toMatchObject({ LockMode: 'compliance', LockDuration: 104, CoolOffPeriod: 24 });
  });

  it('reports a lock that is denied, and tries a throttled one again', async () => {
    locking = () => {
      throw named('UnauthorizedOperation', 'You are not authorized');
    };
    expect(await takeSnapshots(context())).toMatchObject({ outcome: 'taken-not-locked' });
    let throttled = 0;
    locking = () => {
      if (throttled++ < 2) throw named('RequestLimitExceeded', 'Request limit exceeded.');
      return {};
    };
    expect(await takeSnapshots(context())).toMatchObject({ outcome: 'taken' });
  });

  it('names the key of each copy; where EC2 does not tell it, the set stands all the same', async () => {
    expect((await takeSnapshots(context())).evidence.map(({ key }) => key)).toEqual(['key-of-vol-1', null]);
    asked = () => {
      throw named('RequestLimitExceeded', 'Request limit exceeded.');
    };
    kept = [];
    const { outcome, evidence } = await takeSnapshots(context());
    expect([outcome, evidence.map(({ key }) => key)]).toEqual(['taken', [null, null]]);
  });

  it('tells of a copy that EC2 gives up after its answer, as it does where the key of the volume cannot be used', async () => {
    const StateMessage = 'Given key ID is not accessible';
    asked = () => ({ Snapshots: kept.map((one, index) => (index ? one : { ...one, State: 'error', StateMessage })) });
    const { outcome, evidence, failed } = await takeSnapshots(context());
    expect([outcome, evidence.length]).toEqual(['partly-taken', 1]);
    expect(failed[0]?.error).toContain(StateMessage);
  });

  it('calls nothing in observe mode, and names what it would copy', async () => {
    const result = await takeSnapshots(context('observe'));
    expect(result).toMatchObject({ outcome: 'would-take', because: 'would copy vol-1, vol-2' });
    expect(calls).toEqual([]);
  });
});
