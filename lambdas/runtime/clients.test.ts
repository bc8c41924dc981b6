import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { clientsFor, type RecordedCall } from './clients.ts';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'ASIAONE', secretAccessKey: 'x' };

test('one asks for the same client again and gets it, with its connections; nobody gets that of another session or Region', () => {
  const calls: RecordedCall[] = [];
  const client = clientsFor(calls, 1);
  const first = client(EC2Client, { region, credentials });
  expect(client(EC2Client, { region, credentials: { ...credentials } })).toBe(first);
  const others = [
    client(IAMClient, { region, credentials }),
    client(EC2Client, { region: 'us-east-1', credentials }),
    client(EC2Client, { region, credentials: { ...credentials, accessKeyId: 'ASIATWO' } }),
    client(EC2Client),
    clientsFor(calls, 1)(EC2Client, { region, credentials }),
  ];
  expect(new Set([first, ...others]).size).toBe(6);
});
