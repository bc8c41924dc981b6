import { literal } from '../../lib/domain/role-policy.ts';
import { bucketArn } from './bucket-facts.ts';
import type { StoredObject } from './object/target.ts';

/** Whatever is in its key, for a policy it is this object alone. The stand-in for any object keeps its wildcards. */
export const objectArns = (target: StoredObject): string[] => [
  bucketArn(target, target.id === '*/*' ? target.id : literal(target.id)),
];

/** Key of the object. */
export const keyOf = ({ id }: Pick<StoredObject, 'id'>): string => id.slice(id.indexOf('/') + 1);

/** As calls about one version take it: without versioning an object has the version `null` (S3 user guide, "Working with objects in a versioning-suspended bucket"). */
export const versionOf = ({ version }: Pick<StoredObject, 'version'>): string => version ?? 'null';
