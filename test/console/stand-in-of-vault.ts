/** A deployment as the command line sees it: outputs of a stack, items of an incident, objects in a vault. All behind one address. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../lib/items/item.ts';

const keys = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const outputs = {
  TableName: 'incidents',
  SettingsTableName: 'settings',
  VaultName: 'vault',
  VaultKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/vault',
};
const members = Object.entries(outputs)
  .map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`)
  .join('');
const stacks = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>tourniquet</StackName><Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
const noSuchKey = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';

export interface Held {
  readonly items: readonly Item[];
  /** By `/bucket/key`, whichever version is asked for. */
  readonly objects: ReadonlyMap<string, string | Uint8Array>;
}

/** Says what is asked for in the vault, as path and version. */
export async function standIn({ items, objects }: Held) {
  const fetched: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any');
    if (/^DynamoDB/.test(String(request.headers['x-amz-target'])))
      return response.end(JSON.stringify({ Items: items.map((item) => marshall(item)) }));
    if (request.method === 'POST') return response.end(stacks);
    fetched.push(`${pathname} ${searchParams.get('versionId')}`);
    const found = objects.get(decodeURIComponent(pathname));
    return found === undefined ? response.writeHead(404).end(noSuchKey) : response.end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { ...keys, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  return { env, fetched, [Symbol.dispose]: () => void server.close() };
}
