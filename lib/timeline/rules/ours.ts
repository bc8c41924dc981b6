import type { Config } from '../../domain/config.ts';
import { respondsIn } from '../../domain/membership.ts';
import { RoleClass } from '../../domain/step.ts';

/** Whose roles are ours. */
export interface Ours {
  /** What the ARN of a session of such a role holds; looked for first, since it costs nothing. */
  readonly sign: string;
  /** Whether an ARN of IAM is that of a role through which this deployment acts, in an account in which it responds. */
  isRole(arn: string): boolean;
  /** The names of runs, as sessions are named. Left out: not known, and the role decides. */
  readonly runs?: ReadonlySet<string>;
}

type Named = Pick<Config, 'name' | 'rolePath' | 'hub' | 'members' | 'organization'>;

/** The roles of a deployment; undefined where its configuration names no account: then a role of that name is anybody’s. */
export function oursOf(config: Named): Ours | undefined {
  const { name, rolePath, hub, members, organization } = config;
  if (hub === undefined && members.length === 0 && organization === undefined) return undefined;
  const resources = new Set(RoleClass.options.map((one) => `role${rolePath}${name}-${one}`));
  return {
    sign: `:assumed-role/${name}-`,
    isRole(arn) {
      const [, , service, , account = '', resource = ''] = arn.split(':');
      return service === 'iam' && resources.has(resource) && respondsIn(account, config);
    },
  };
}
