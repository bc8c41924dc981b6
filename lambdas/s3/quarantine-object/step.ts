import { allow } from '../../../lib/domain/permission.ts';
import { Recorded, recordedOutcomes } from '../../../lib/domain/recorded.ts';
import { defineStep } from '../../../lib/domain/step.ts';
import { StoredObject } from '../object/target.ts';
import { objectArns } from '../object-arns.ts';

export const quarantineObject = defineStep({
  name: 'quarantine-object',
  title: 'Copy the malicious version into the vault',
  phase: 'preserve',
  csf: 'RS.AN-06',
  effect:
    'Read only: exactly that version is hashed and sealed in the evidence vault. It passes through and is opened by nothing; what has more than 5 GiB lies there in parts, with the hash of the whole.',
  target: StoredObject,
  result: Recorded,
  outcomes: recordedOutcomes,
  within: 600,
  hub: ['vault'],
  permissions: [allow('s3:GetObjectVersion', objectArns)],
});
