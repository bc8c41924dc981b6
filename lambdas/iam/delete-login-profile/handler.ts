import { DeleteLoginProfileCommand, GetLoginProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { isGone } from '../../runtime/errors.ts';
import { serveEradication } from '../../runtime/serve-eradication.ts';
import { isShown, LoginProfile, removalFrom } from './plan.ts';
import { deleteLoginProfile } from './step.ts';

async function madeAt(iam: IAMClient, UserName: string): Promise<string | null> {
  try {
    const { LoginProfile } = await iam.send(new GetLoginProfileCommand({ UserName }));
    return LoginProfile?.CreateDate?.toISOString() ?? null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

export const handler = serveEradication(deleteLoginProfile, {
  seen: LoginProfile,
  would: ({ id }, { createdAt }) => (createdAt ? [`console password of user ${id}`] : []),
  look: async ({ target, sessionFor }): Promise<LoginProfile> => {
    const session = await sessionFor(target);
    return { createdAt: await madeAt(session.client(IAMClient), target.id) };
  },
  remove: async ({ target, shown, sessionFor }, seen) => {
    const { id: UserName } = target;
    const iam = (await sessionFor(target)).client(IAMClient);
    // Looked at again: between an attempt that died and this one somebody may have set a new one.
    if (isShown(seen, shown) && (await madeAt(iam, UserName)) === seen.createdAt)
      await iam.send(new DeleteLoginProfileCommand({ UserName })).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    return removalFrom(UserName, seen, shown);
  },
});
