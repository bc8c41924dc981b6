import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { type FactsReader, gone, orGone, read, tagsOf } from '../../runtime/facts.ts';
import { issuerOf } from '../issuer.ts';
import { type User, user } from './target.ts';

export const userFacts: FactsReader<User> = {
  /** All at once. A user has two access keys and ten attached policies at most (IAM quotas): one page each. */
  async read(base, session) {
    const iam = session.client(IAMClient);
    const which = { UserName: base.id };
    const found = await Promise.all([
      iam.send(new GetUserCommand(which)),
      iam.send(new ListAccessKeysCommand(which)),
      iam.send(new ListAttachedUserPoliciesCommand(which)),
    ]).catch(orGone);
    if (!found) return gone(base, `the user ${base.id}`);
    const [{ User: own }, { AccessKeyMetadata = [] }, { AttachedPolicies = [] }] = found;
    const keys = AccessKeyMetadata.map(({ AccessKeyId = '', Status, CreateDate }) => ({
      id: AccessKeyId,
      status: Status === 'Active' ? ('Active' as const) : ('Inactive' as const),
      createdAt: CreateDate?.toISOString() ?? '',
    }));
    return read({
      ...base,
      arn: own?.Arn ?? base.arn,
      tags: tagsOf(own?.Tags),
      keys,
      attached: AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn),
      boundary: own?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    });
  },

  async find(key, sight, session) {
    if (key.principal?.kind === 'federated-user') {
      const principal = {
        kind: 'iam-user' as const,
        name: await issuerOf(key, sight, session),
        id: null,
        session: null,
      };
      return user.from({ ...key, principal }, sight);
    }
    const iam = session.client(IAMClient);
    const asked = iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.id })).catch(orGone);
    const { UserName } = (await asked) ?? {};
    if (!UserName) return null;
    const principal = { kind: 'iam-user' as const, name: UserName, id: null, session: null };
    return user.from({ ...key, principal }, { ...sight, since: null });
  },
};
