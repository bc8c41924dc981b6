import fc from 'fast-check';
import { guardDutyTypes, retiredGuardDutyTypes } from '../../lib/domain/finding/guardduty-types.ts';
import type { Story } from './copies.ts';
import { type Names, subjects } from './subjects.ts';

const word = (unit: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...unit), minLength, maxLength });

const small = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const hex = 'abcdef0123456789';
const large = small.toUpperCase();

const places: readonly { readonly partition: string; readonly region: string }[] = [
  { partition: 'aws', region: 'eu-central-1' },
  { partition: 'aws', region: 'ap-southeast-2' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
];

/** Names as AWS allows them, the odd ones included: `a@b,c=d` is a user, `2026/a b:c.csv` an object. */
const names: fc.Arbitrary<Names> = fc
  .record({
    place: fc.constantFrom(...places),
    account: word(digits, 12, 12),
    user: word(`${small}${large}${digits}+=,.@-`, 1, 64),
    keyId: word(`${large}234567`, 16, 16),
    session: word(`${small}${digits}=,.@-`, 2, 64),
    instance: word(hex, 17, 17).map((id) => `i-${id}`),
    bucket: word(`${small}${digits}`, 3, 63),
    key: word(`${small}${large}${digits}/-_.!()`, 1, 40).filter((key) => !/^\/|\/$|\/\//.test(key)),
    name: word(`${small}${digits}-`, 1, 40).filter((name) => /^[a-z]/.test(name)),
    hex: word(hex, 17, 17),
  })
  .map(({ place, ...rest }) => ({ ...place, ...rest }));

/** `Purpose:Resource/Name`; younger than any list. */
const youngType = fc
  .record({
    purpose: fc.constantFrom('Backdoor', 'Discovery', 'Impact', 'Policy', 'Wonder', 'UnauthorizedAccess'),
    resource: fc.constantFrom('EC2', 'IAMUser', 'S3', 'RDS', 'Kubernetes', 'Runtime', 'Lambda', 'ECS', 'Quantum'),
    name: word(`${small}${large}`, 4, 20),
    suffix: fc.constantFrom('', '.B', '!DNS', '.Custom'),
  })
  .map(({ purpose, resource, name, suffix }) => `${purpose}:${resource}/Young${name}${suffix}`);

const anyType = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...guardDutyTypes, ...retiredGuardDutyTypes) },
  { weight: 1, arbitrary: youngType },
);

/** Categories of ASFF types that stand before GuardDuty's; often there is none. */
const asffBefore = ['TTPs/', 'TTPs/Discovery/', 'TTPs/Command and Control/', 'Effects/Data Exfiltration/'];

/** Something GuardDuty may see. */
export const anyStory: fc.Arbitrary<Story> = fc
  .record({
    type: anyType,
    before: fc.constantFrom(...asffBefore),
    slash: fc.constantFrom('-', '.'),
    id: word(hex, 32, 32),
    names,
    subject: fc.constantFrom(...subjects),
    role: fc.constantFrom('ACTOR' as const, 'TARGET' as const),
    archived: fc.boolean(),
  })
  .map(({ type, before, slash, id, names: named, subject, role, archived }) => ({
    type,
    asffType: `${before}${type.replace('/', slash)}`,
    id,
    role,
    archived,
    partition: named.partition,
    account: named.account,
    region: named.region,
    subject: subject(named),
  }));
