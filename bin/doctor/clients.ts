import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Failure } from '../console/verb.ts';
import { isDenied } from './answers.ts';
import type { ClientOptions, Clients, Patient } from './check.ts';

/** Milliseconds. A Region that does not answer is one answer among hundreds. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000 };

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Without credentials: the caller's own, as every verb finds them. */
function clientsIn(region: string, credentials?: Credentials): Clients {
  const made = new Map<unknown, unknown>();
  return <C>(Client: new (options: ClientOptions) => C): C => {
    const options = { region, maxAttempts: 3, requestHandler, ...(credentials && { credentials }) };
    const held = made.get(Client);
    if (held instanceof Client) return held;
    const client = new Client(options);
    made.set(Client, client);
    return client;
  };
}

/** The way into the accounts of a deployment, held for as long as it is examined. */
export interface Visit {
  readonly patient: Patient;
  /** Clients by Region. @throws {Unreadable} when nothing says how to read the account, or STS refuses; whatever else STS throws. */
  readonly reach: (account: string) => Promise<(region: string) => Clients>;
}

export class Unreadable extends Failure {
  override name = 'Unreadable';
  /** What makes it readable. */
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

const nameRole =
  'npm run -s tourniquet -- doctor --role NAME  # a role of its own that you may assume and that may read';
const nameAnother = '# name with --role a role that exists in every member, trusts you and may read';

const kept = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const held = new Map<K, V>();
  return (key) => {
    const value = held.get(key) ?? make(key);
    held.set(key, value);
    return value;
  };
};

/** The hub is read with the caller's own rights, each member through a role there that the caller may assume. */
export function visitTo(patient: Patient, role: string | undefined): Visit {
  const { home } = patient;
  const reach = kept(async (account: string) => {
    if (account === home.account) return kept((region: string) => clientsIn(region));
    if (!role) throw new Unreadable(`nothing says how to read ${account}`, nameRole);
    const credentials = await sessionIn(patient, account, role);
    return kept((region: string) => clientsIn(region, credentials));
  });
  return { patient, reach };
}

/** Reads another account as the role that the caller names, and whatever that role may, reads only: the session policy says so. */
async function sessionIn({ home, partition }: Patient, account: string, role: string): Promise<Credentials> {
  const RoleArn = `arn:${partition}:iam::${account}:role/${role}`;
  const command = new AssumeRoleCommand({
    RoleArn,
    RoleSessionName: 'tourniquet-doctor',
    PolicyArns: [{ arn: `arn:${partition}:iam::aws:policy/ReadOnlyAccess` }],
  });
  const { Credentials: got } = await clientsIn(home.region)(STSClient)
    .send(command)
    .catch((error: unknown) => {
      // STS says the same of all three.
      const why = 'it is not there, does not trust you, or you lack sts:AssumeRole';
      throw isDenied(error) ? new Unreadable(`${RoleArn} cannot be assumed: ${why}`, nameAnother) : error;
    });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = got ?? {};
  if (accessKeyId && secretAccessKey && sessionToken) return { accessKeyId, secretAccessKey, sessionToken };
  throw new Failure(`STS gave no session for the role ${role} in ${account}.`);
}
