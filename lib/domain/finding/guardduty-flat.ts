/** An object whose keys are in camelCase, as far as they are plain words. */
type Fields = Readonly<Record<string, unknown>>;

const remote = ['ipAddressV4', 'ipAddressV6'].map((address) => `remoteIpDetails.${address}`);
const under = (root: string, ...paths: readonly string[]): string[] => paths.map((path) => `${root}.${path}`);

/** What is looked for in a table's columns. Of lists, a table has a column for each of the first few entries. */
const paths: readonly string[] = [
  'id',
  'findingId',
  'arn',
  'type',
  'title',
  'severity',
  'accountId',
  'region',
  'partition',
  'createdAt',
  'updatedAt',
  'resource.resourceType',
  ...under('resource.accessKeyDetails', 'accessKeyId', 'principalId', 'userName', 'userType'),
  ...under('resource.instanceDetails', 'instanceId', 'iamInstanceProfile.arn'),
  ...[0, 1, 2, 3].flatMap((at) => [
    `resource.instanceDetails.networkInterfaces.${at}.networkInterfaceId`,
    ...under(`resource.s3BucketDetails.${at}`, 'name', 'arn'),
    ...under(`service.action.portProbeAction.portProbeDetails.${at}`, ...remote),
  ]),
  ...under('resource.eksClusterDetails', 'name', 'arn'),
  ...under('resource.kubernetesDetails.kubernetesWorkloadDetails', 'name', 'namespace'),
  ...under('resource.ecsClusterDetails', 'name', 'arn', 'taskDetails.arn'),
  ...under('resource.containerDetails', 'id', 'name'),
  ...under('resource.rdsDbInstanceDetails', 'dbInstanceIdentifier', 'dbClusterIdentifier', 'dbInstanceArn'),
  'resource.rdsDbUserDetails.user',
  ...under('resource.lambdaDetails', 'functionName', 'functionArn'),
  ...under('service', 'archived', 'count', 'eventFirstSeen', 'eventLastSeen', 'resourceRole'),
  ...under('service.additionalInfo', 'sample', 'value', 'drill'),
  ...under('service.action.awsApiCallAction', 'serviceName', 'api', 'domainDetails.domain', ...remote),
  ...under('service.action.networkConnectionAction', ...remote),
  ...under('service.action.kubernetesApiCallAction', ...remote),
  ...under('service.action.rdsLoginAttemptAction', ...remote),
  'service.action.dnsRequestAction.domain',
];

/** Neither case nor what joins the words tells columns apart: `service_action…`, `service.action…` and `serviceAction…` are one. */
const column = (name: string): string => name.replace(/[._]/g, '').toLowerCase();

const columns = new Map(paths.map((path) => [column(path), path]));

function leavesOf(value: unknown, path: string, found: Map<string, unknown>): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return found.set(path, value);
  for (const [key, inner] of Object.entries(value)) leavesOf(inner, path + column(key), found);
  return found;
}

type Tree = Map<string, Tree | { readonly leaf: unknown }>;

function grow(tree: Tree, [step = '', ...rest]: readonly string[], leaf: unknown): void {
  if (rest.length === 0) {
    tree.set(step, { leaf });
    return;
  }
  const known = tree.get(step);
  const branch: Tree = known instanceof Map ? known : new Map();
  tree.set(step, branch);
  grow(branch, rest, leaf);
}

function fieldsOf(tree: Tree): Fields {
  return Object.fromEntries(
    [...tree].map(([key, inner]) => [key, inner instanceof Map ? branchOf(inner) : inner.leaf]),
  );
}

const branchOf = (tree: Tree): unknown =>
  [...tree.keys()].every((key) => /^\d$/.test(key)) ? Object.values(fieldsOf(tree)) : fieldsOf(tree);

/**
 * The finding as it was before somebody put it into a table (Athena, a search index): there names lose their upper case, and inner
 * fields become columns such as `resource_instancedetails_instanceid`. Any other finding comes back as it is.
 */
export function unflattened(finding: Fields): Fields {
  const own = (key: string): boolean => !key.includes('.') && (columns.get(column(key)) ?? key) === key;
  if (Object.keys(finding).every(own)) return finding;
  const leaves = leavesOf(finding, '', new Map());
  const tree: Tree = new Map();
  for (const [name, path] of columns) {
    const leaf = leaves.get(name);
    if (leaf !== undefined && leaf !== null) grow(tree, path.split('.'), leaf);
  }
  return fieldsOf(tree);
}
