import { GetLoginProfileCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { isGone } from '../../runtime/errors.ts';
import { serveStep } from '../../runtime/serve-step.ts';
import { factsOf } from './plan.ts';
import { readLoginProfile } from './step.ts';

export const handler = serveStep(readLoginProfile, async ({ target: { id: UserName }, session }) => {
  const iam = session.client(IAMClient);
  try {
    const [{ LoginProfile }, { User }] = await Promise.all([
      iam.send(new GetLoginProfileCommand({ UserName })),
      iam.send(new GetUserCommand({ UserName })),
    ]);
    const createdAt = LoginProfile?.CreateDate?.toISOString() ?? null;
    return factsOf(UserName, { createdAt, lastUsed: User?.PasswordLastUsed?.toISOString() ?? null });
  } catch (error) {
    if (isGone(error)) return factsOf(UserName, null);
    throw error;
  }
});
