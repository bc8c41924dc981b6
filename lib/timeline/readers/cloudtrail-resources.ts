/** Parameters that name what a call is about. */
const named = new Set([
  'bucketName',
  'instanceId',
  'roleName',
  'userName',
  'groupName',
  'groupId',
  'policyName',
  'functionName',
  'keyId',
  'secretId',
  'trailName',
  'detectorId',
  'volumeId',
  'snapshotId',
  'imageId',
  'dBInstanceIdentifier',
  'dBClusterIdentifier',
  'dBSnapshotIdentifier',
  'tableName',
  'topicArn',
  'queueUrl',
  'logGroupName',
  'clusterName',
  'stackName',
  'accessKeyId',
  'documentName',
  'instanceProfileName',
  'modelId',
]);

/** Ids of EC2: what such a value names is clear whatever its parameter is called. */
const ec2Id = /^(?:i|vol|snap|ami|sg|eni|vpc|subnet|vpce|acl|rtb|igw|eipalloc|lt)-[0-9a-f]{8,17}$/;
const pairs = /"(\w+)"\s*:\s*"([^"\\]{2,512})"/g;
/** More are in no list a person reads; the record has them all. */
const most = 50;

function collect(json: string, isWanted: (name: string, value: string) => boolean, into: string[]): void {
  if (json.length < 10) return;
  for (const [, name = '', value = ''] of json.matchAll(pairs)) {
    if (into.length === most) return;
    if (
      isWanted(name, value) &&
      !into.includes(value) &&
      !into.some((one) => one.endsWith(`/${value}`) || one.endsWith(`:${value}`))
    )
      into.push(value);
  }
}

/** What a record is about: the ARNs that AWS lists, then what the request names, then what the answer made. */
export function resourcesIn(listed: string, request: string, response: string): string[] {
  const found: string[] = [];
  collect(listed, (name) => name === 'ARN', found);
  collect(request, (name, value) => named.has(name) || value.startsWith('arn:') || ec2Id.test(value), found);
  collect(response, (name, value) => name === 'accessKeyId' || value.startsWith('arn:') || ec2Id.test(value), found);
  return found;
}
