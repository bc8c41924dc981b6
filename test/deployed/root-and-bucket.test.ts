/** What the root user opened: who did it is answered first, and the bucket beside it in the same incident. */
import { expect, test } from 'vitest';
import { lookAtBucket, makeBucket, toldOf, tryBucket } from '../../lambdas/s3/bucket.world.ts';
import { tryTheft } from '../sandbox/estate.ts';
import { send } from '../sandbox/finding.ts';
import { rootKey } from '../sandbox/organization.ts';
import { itemsOf } from '../scenario/runs.ts';
import { allToTheEnd, freed, opened, release } from './credentials/incident.ts';
import { deployed } from './deployed.ts';

const deployment = deployed();
const { member } = deployment.sandbox.accounts;

test('a bucket that the root user opened is closed, and that user denied, in one incident; released, both are as they were', async () => {
  const [made, thief] = [await makeBucket(deployment, 'by its policy'), await rootKey(deployment.sandbox, 'member')];
  const holder = { name: 'Root', id: member, accessKeyId: thief.accessKeyId };
  const told = toldOf(deployment, 'Policy:S3/BucketAnonymousAccessGranted', { ...made, thief: holder }) as {
    readonly resource: { readonly accessKeyDetails: object };
  };
  const accessKeyDetails = { ...told.resource.accessKeyDetails, userType: 'Root' };
  const found = await lookAtBucket(deployment, made.bucket);
  const tries = async () => ({
    root: await tryTheft(deployment, thief),
    anybody: (await tryBucket(deployment, made.bucket)).anybody,
  });
  expect(await tries()).toEqual({ root: 'allowed', anybody: 'allowed' });

  const before = await freed(deployment, `arn:aws:iam::${member}:root`);
  await send(deployment, { ...told, resource: { ...told.resource, accessKeyDetails } });
  const incident = await opened(deployment, `${member}:root`, before + 1);
  // The account goes on working.
  const { trouble } = await allToTheEnd(deployment, incident, 2, { quarantine: 'decline' });
  expect(await tries()).toEqual({ root: 'denied', anybody: 'denied' });
  expect(trouble).toEqual([]);
  const receipts = (await itemsOf(deployment, `INC#${incident}`, 'RECEIPT#')).map(({ step }) => step);
  for (const step of ['deny-by-organization', 'block-public-access']) expect(receipts).toContain(step);

  expect(await release(deployment, incident)).toMatchObject({ state: 'released', trouble: [] });
  expect(await tries()).toEqual({ root: 'allowed', anybody: 'allowed' });
  expect(await lookAtBucket(deployment, made.bucket)).toEqual(found);
}, 300_000);
