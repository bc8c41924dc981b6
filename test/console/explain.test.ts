import { readFileSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { Cost, costFile, runCost } from '../../lib/infra/run-cost.ts';
import { first, fixture, folder, linesOf, miner, namesOf, patience, piped, written } from './explained.ts';
import { typed } from './typed.ts';

afterAll(() => rmSync(folder, { recursive: true }));

const revoking = [
  'trace-role-chain',
  'collect-logs',
  'list-principal-changes',
  'deny-user',
  'deactivate-access-keys',
  'deactivate-other-credentials',
  'deny-by-organization',
  'list-principal-changes',
  'remove-created-credentials',
  'read-login-profile',
  'delete-login-profile',
  'open-obligations',
  'file-report-task',
];

describe('a finding', patience, () => {
  test('is explained whole: what it is about, where it goes and why, each step and who is asked', async () => {
    const { steps, ...rest } = await first(fixture('miner.json'));
    const id = 'a'.repeat(32);
    expect(rest).toEqual({
      finding: {
        source: 'guardduty',
        id,
        type: 'CryptoCurrency:EC2/BitcoinTool.B',
        severity: 'high',
        account: '111122223333',
        region: 'eu-central-1',
        sample: false,
        archived: false,
        key: `guardduty:${id}`,
        title: 'The EC2 instance i-0a1b2c3d4e5f60718 talks to a pool of miners.',
        suppressed: false,
        drill: false,
        requested: false,
        role: 'ACTOR',
        missing: [],
      },
      targets: [{ kind: 'instance', id: 'i-0a1b2c3d4e5f60718', account: '111122223333', region: 'eu-central-1' }],
      playbook: 'ec2-instance-compromise',
      outcome: 'respond',
      because: 'CryptoCurrency:EC2/BitcoinTool.B fits *:EC2/*',
      // As the playbook's page has it, by the same measurement.
      cost: runCost(Cost.parse(JSON.parse(readFileSync(costFile('ec2-instance-compromise'), 'utf8')))),
    });
    const { stdout } = await typed(['explain', fixture('miner.json')]);
    expect(stdout).toMatch(/A run costs about 0\.00\d\d dollars \(\d+ transitions, \d+ invocations, \d+ AWS calls\)/);
    expect(steps.map(({ name, phase, authority, unless = '' }) => [name, phase, authority, unless].join(' '))).toEqual([
      'protect-from-termination preserve auto ',
      'snapshot-volumes preserve auto ',
      'record-instance preserve auto ',
      'collect-logs preserve auto ',
      'read-live-facts preserve auto ',
      'capture-memory preserve auto ',
      'measure-blast-radius observe auto ',
      'quarantine-interfaces contain ask standing order',
      'deny-session contain ask standing order',
      'leave-auto-scaling contain ask standing order',
      'leave-load-balancers contain ask standing order',
      'swap-instance-profile contain ask standing order',
      'measure-network-acl observe auto ',
      'block-at-network-acl contain ask ',
      'stop-instance contain ask ',
      'open-obligations inform auto ',
      'file-report-task inform auto ',
      'prove-disk preserve auto ',
    ]);
  });

  test('is a page for people: numbered steps, who is asked, the next command; no colour in a pipe', async () => {
    const { code, stdout, stderr } = await typed(['explain', fixture('miner.json')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^CryptoCurrency:EC2\/BitcoinTool\.B {2}high\n/);
    expect(stdout).toContain('\n  account 111122223333, eu-central-1\n  instance i-0a1b2c3d4e5f60718\n');
    expect(stdout).toContain('Why: A compromised EC2 instance (ec2-instance-compromise)');
    expect(stdout).toMatch(/ 8\. {3}Quarantine every network interface +a responder is asked, unless a standing order/);
    expect(stdout).toMatch(/\n\nNext: npm run -s tourniquet -- mode\n$/);
    expect(stdout).not.toContain('\u001b');
  });

  test('that is a sample, an attempt from outside or a weakness changes nothing, and says why', async () => {
    const { stdout } = await typed(['explain', fixture('night.jsonl'), '--json']);
    const told = linesOf(stdout).map((line) => [line.outcome, line.because ?? line.error, namesOf(line)]);
    expect(told).toEqual([
      ['respond', expect.stringContaining('an IAM user'), revoking],
      ['observe', expect.stringContaining('an attempt from outside'), ['tell-responders']],
      [undefined, expect.stringContaining('ends in the middle'), []],
      ['ignore', expect.stringContaining('a sample'), []],
      [undefined, expect.stringContaining('Backup Job State Change'), []],
      ['observe', expect.stringContaining('a weakness'), []],
    ]);
  });

  test('that cannot be read is named with its place, on both outputs, and the rest is explained', async () => {
    const [machine, people] = await Promise.all([
      typed(['explain', fixture('night.jsonl'), '--json']),
      typed(['explain', fixture('night.jsonl')]),
    ]);
    const places = [`${fixture('night.jsonl')}:3`, `${fixture('night.jsonl')}:5`];
    expect(linesOf(machine.stdout).flatMap(({ at }) => at ?? [])).toEqual(places);
    for (const { code, stderr } of [machine, people]) {
      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n')).toEqual(places.map((at) => expect.stringContaining(`tourniquet: ${at}: `)));
    }
    expect(people.stdout).toContain('access key AKIAEXAMPLEALICE0001 of IAM user alice');
    expect(people.stdout).toContain('SAMPLE');
    expect(people.stdout).toContain('What is done\n  Nothing.\n');
  });

  test('of an attack sequence shows its signals, in a reply of the API as well', async () => {
    const line = await first(fixture('sequence.json'));
    expect(line).toMatchObject({ playbook: 'attack-sequence', outcome: 'respond' });
    expect(line.targets.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'access-key AKIAEXAMPLEBOB000001',
      'bucket example-orders',
    ]);
    expect(line.signals).toHaveLength(2);
    expect(line.signals?.[1]).toMatchObject({ name: 'DeleteObject', at: '2026-11-22T02:30:00.000Z' });
  });

  test('without an account is explained, and says what will be missed', async () => {
    const { accountId: _, arn: __, ...detail } = JSON.parse(readFileSync(fixture('miner.json'), 'utf8')).detail;
    const { code, stdout } = await typed(['explain', written('nowhere.json', JSON.stringify(detail))]);
    expect(code).toBe(0);
    expect(stdout).toContain('account unknown, eu-central-1');
    expect(stdout).toContain('No incident can be opened without an account');
  });

  test('that names nothing a question is about asks somebody to find out what it is about', async () => {
    const nothing = { resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'null' } } };
    const { stdout } = await typed(['explain', written('unnamed.json', JSON.stringify(miner(nothing)))]);
    expect(stdout).toContain('Who takes over?');
    expect(stdout).toContain('Find out where it runs');
    for (const text of [stdout, (await typed(['explain', fixture('miner.json')])).stdout])
      expect(text).not.toContain('Nobody is asked');
    expect((await typed(['explain', fixture('miner.json')])).stdout).not.toContain('Who takes over?');
  });

  test.each([
    ['AWS_RISK_CREDENTIALS_EXPOSED', ['AKIAIOSFODNN7EXAMPLE'], 'iam-access-key', 'Set the access keys inactive'],
    ['AWS_RISK_CREDENTIALS_EXPOSED', [], 'unmapped-finding', 'lists there what is affected'],
    ['AWS_RISK_SOMETHING_ELSE', ['vol-0a1b2c3d4e5f60718'], 'unmapped-finding', 'Who takes over?'],
    ['AWS_ABUSE_DOS_REPORT', [], 'unmapped-finding', 'Who takes over?'],
  ])(
    'of AWS Health, %s about %j, is about a credential only where it names one',
    async (eventTypeCode, names, book, says) => {
      const affectedEntities = names.map((entityValue) => ({ entityValue }));
      const detail = {
        eventTypeCode,
        communicationId: eventTypeCode,
        affectedAccount: '444455556666',
        affectedEntities,
      };
      const event = { source: 'aws.health', 'detail-type': 'AWS Health Event', account: '444455556666', detail };
      const { stdout } = await typed(['explain', written('health.json', JSON.stringify(event))]);
      expect(stdout).toContain(`(${book})`);
      expect(stdout).toContain(says);
      expect(stdout).not.toContain('Nobody is asked');
    },
  );

  test('comes from standard input too', async () => {
    const ended = await piped(JSON.stringify([miner(), miner({ id: 'second' })]));
    expect(linesOf(ended).map(({ finding }) => finding.id)).toEqual(['a'.repeat(32), 'second']);
  });
});

describe('a finding type', patience, () => {
  test('is explained by what its family is about, with the other playbooks it may go to', async () => {
    expect(await first('Recon:IAMUser/TorIPCaller')).toMatchObject({
      finding: { source: 'guardduty', id: null, type: 'Recon:IAMUser/TorIPCaller' },
      targets: [],
      playbook: 'iam-access-key',
      about: 'access-key',
      alternatives: ['root-user', 'identity-center-user', 'iam-role-session'],
    });
    const { stdout } = await typed(['explain', 'CryptoCurrency:Runtime/BitcoinTool.B']);
    expect(stdout).toMatch(/eks-workload +when it runs on EKS\n/);
    expect(stdout).toMatch(/root-user +when the credential belongs to the root user\n/);
  });

  test('leaves out the steps for instances where it is about none, and says so where nobody can tell', async () => {
    expect(namesOf(await first('Execution:EC2/MaliciousFile!Snapshot'))).toEqual([
      'respond-for-instances',
      'measure-copies',
      'unshare-snapshot',
      'open-obligations',
      'file-report-task',
    ]);
    expect(namesOf(await first('Execution:EC2/MaliciousFile'))).toContain('snapshot-volumes');
    const { playbook, steps } = await first('Stardust:Moon/Landing');
    expect(playbook).toBe('unmapped-finding');
    expect(steps[0]).toMatchObject({ name: 'protect-from-termination', when: ['instance'] });
    expect(steps.at(-1)?.when).toBeUndefined();
  });

  test.for([
    ['Recon:IAMUser/UserPermissions', 'AWS has retired this type', undefined],
    ['CryptoCurency:EC2/BitcoinTol.B', 'does not know the type', 'CryptoCurrency:EC2/BitcoinTool.B'],
    // What a shell leaves of Backdoor:EC2/C&CActivity.B!DNS without quotes.
    ['Backdoor:EC2/C', 'does not know the type', 'Backdoor:EC2/C&CActivity.B'],
    ['Recon:EC2/PortProbeUnprotectedPort', 'With the role ACTOR', undefined],
    ['SensitiveData:S3Object/Personal', 'fits *', undefined],
  ] as const)('%s: %s', async ([type, because, didYouMean]) => {
    const line = await first(type);
    expect(line.because).toContain(because);
    expect(line.didYouMean).toBe(didYouMean);
    expect(line.finding.type).toBe(type);
  });

  test('that looks like a slip names the likely one, and the command that explains it', async () => {
    const { stdout } = await typed(['explain', 'Backdoor:EC2/C']);
    expect(stdout).toContain('Did you mean Backdoor:EC2/C&CActivity.B?');
    expect(stdout).toMatch(/explain 'Backdoor:EC2\/C&CActivity\.B'\n$/);
  });
});
