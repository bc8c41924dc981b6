import type { Piece } from '../../../lib/domain/recorded.ts';
import type { EcsTask } from '../ecs-task/target.ts';

/** A container as its definition has it, as far as it says where its logs go. */
interface Logging {
  readonly name?: string | undefined;
  readonly logConfiguration?:
    | { readonly logDriver?: string | undefined; readonly options?: Readonly<Record<string, string>> | undefined }
    | undefined;
}

/** `app: /ecs/web, stream web/app/ID`: the name of the stream is made of prefix, container and task (ECS guide, "awslogs log driver"). */
function logLine({ name = '', logConfiguration }: Logging, task: string): string {
  const { logDriver, options = {} } = logConfiguration ?? {};
  if (!logDriver) return `${name}: none are kept`;
  const { 'awslogs-group': group, 'awslogs-stream-prefix': prefix } = options;
  if (logDriver !== 'awslogs' || !group) return `${name}: by ${logDriver}`;
  return `${name}: ${group}${prefix ? `, stream ${prefix}/${name}/${task}` : ''}`;
}

/** Where the logs lie: as long as their group keeps them, and not in the vault. Options may hold secrets of other drivers: only AWS's own are named. */
export const logsOf = (containers: readonly Logging[], { id }: Pick<EcsTask, 'id'>): Piece => ({
  kind: 'logs',
  absent: `not copied; of container ${containers.map((one) => logLine(one, id)).join('; ') || 'none'}`,
});

/** What of its disk is left. Of one on an EC2 instance that is the instance's, which is copied by its own step. */
export function diskOf({ launch, host }: Pick<EcsTask, 'launch' | 'host'>): Piece[] {
  if (host) return [];
  const absent =
    launch === 'FARGATE'
      ? 'Fargate leaves no disk image: AWS gives nobody a copy, and the disk is lost with the task (ECS guide, "Fargate task ephemeral storage")'
      : 'it runs on no EC2 instance of the account: copy the disk of its host by hand';
  return [{ kind: 'disk', absent }];
}
