/** The version that the member roles carry is the one by which the hub knows them. */
import { expect, test } from 'vitest';
import { rolesVersionTag } from '../../lib/domain/roles-version.ts';
import { contractsOf } from '../../lib/infra/registry.ts';
import { rolesVersion } from '../../lib/infra/roles-version.ts';
import { full, plain } from './configurations.ts';
import { appOf, ofType, resourcesOf, stackOf } from './template.ts';

const contracts = contractsOf(full);
const version = rolesVersion(contracts, full);
const app = appOf(full);

test('stands in the template of a member once, and with every function that assumes its roles', () => {
  const carried = ofType(resourcesOf(stackOf(app, 'TourniquetMember')), 'AWS::IAM::Role').flatMap(
    ({ Properties: { Tags = [] } }) => Tags,
  );
  expect(carried).toEqual([{ Key: rolesVersionTag, Value: version }]);
  const functions = ofType(resourcesOf(stackOf(app, 'Tourniquet')), 'AWS::Lambda::Function');
  const known = functions.map(({ Properties: { Environment } }) => JSON.stringify(Environment));
  expect(new Set(known.flatMap((one) => /"TOURNIQUET_ROLES_VERSION":"([^"]*)"/.exec(one)?.[1] ?? []))).toEqual(
    new Set([version]),
  );
  expect(known.find((one) => one.includes('"clock-sweep"'))).toContain(version);
});

test('is another where a right is, and the same in whatever order they are declared', () => {
  expect(version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);
  expect(rolesVersion(contracts.toReversed(), full)).toBe(version);
  expect(
    rolesVersion(
      contracts.filter(({ name }) => name !== 'quarantine-interfaces'),
      full,
    ),
  ).not.toBe(version);
  const organizationAdmin = { account: '777788889999', management: '777788889999' };
  expect(rolesVersion(contractsOf(plain), { ...plain, organizationAdmin })).not.toBe(
    rolesVersion(contractsOf(plain), plain),
  );
});
