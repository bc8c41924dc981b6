/** A stolen key, and what its thief has made with it before anybody noticed. */
import { randomBytes } from 'node:crypto';
import { CreateLoginProfileCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { findingAboutKey } from '../../sandbox/credential-finding.ts';
import type { Credentials } from '../../sandbox/deployment.ts';
import { send } from '../../sandbox/finding.ts';
import { hire, type Person } from '../../sandbox/identities.ts';
import { helpYourself } from '../../sandbox/thief.ts';
import type { Attached } from '../deployed.ts';
import { opened } from './incident.ts';

const named = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

/** Somebody whose key is stolen, and who may make credentials for anybody; has a console password too. */
async function victim(deployment: Attached): Promise<Person> {
  const iam = deployment.client(IAMClient, 'member');
  const mallory = await hire(deployment, named('mallory'), { older: 'none' });
  const Statement = [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutUserPolicyCommand({ UserName: mallory.name, PolicyName: 'people-admin', PolicyDocument }));
  await iam.send(new CreateLoginProfileCommand({ UserName: mallory.name, Password: 'correct-horse-battery-9' }));
  return mallory;
}

export interface Looted {
  readonly mallory: Person;
  /** Innocent; has a key of his own. */
  readonly bob: Person;
  /** The key by which the thief can come back as bob. */
  readonly back: Credentials;
}

/** The thief gave themselves every way in there is, as an innocent user. */
export async function looted(deployment: Attached): Promise<Looted> {
  const [mallory, bob] = await Promise.all([victim(deployment), hire(deployment, named('bob'), { older: 'none' })]);
  const back = await helpYourself(deployment.client(IAMClient, 'member', mallory.key), bob.name);
  return { mallory, bob, back };
}

/** A finding about the key of a user; returns the incident. */
export async function report(deployment: Attached, { name, key: { accessKeyId } }: Person): Promise<string> {
  await send(deployment, findingAboutKey(deployment, { accessKeyId, userType: 'IAMUser', userName: name }));
  return opened(deployment, name);
}
