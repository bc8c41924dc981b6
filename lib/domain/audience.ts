import * as z from 'zod';

/** Who reads a channel in Slack: its members, and whether others do too. */
export const Audience = z.object({
  kind: z.enum(['private', 'public', 'shared']),
  /** Slack user ids, in order. */
  members: z.array(z.string()),
});
export type Audience = z.infer<typeof Audience>;

/** Names that are said at most. */
const most = 10;

function few(ids: readonly string[]): string {
  const rest = ids.length - most;
  return `${ids.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const others = {
  public: 'is public: everybody in the workspace reads this incident',
  shared: 'is shared with another organisation, which reads this incident',
} as const;

/** What people have to know about who reads along, in words; null where nothing is new. `before` is null at the first look. */
export function audienceNews(before: Audience | null, now: Audience): string | null {
  const opened = now.kind !== 'private' && now.kind !== before?.kind ? [`The channel ${others[now.kind]}.`] : [];
  if (!before) return opened[0] ?? null;
  const joined = now.members.filter((id) => !before.members.includes(id));
  const left = before.members.filter((id) => !now.members.includes(id));
  const changed = [
    ...(joined.length > 0 ? [`Joined the channel during this incident: ${few(joined)}.`] : []),
    ...(left.length > 0 ? [`Left it: ${few(left)}.`] : []),
  ];
  return [...opened, ...changed].join(' ') || null;
}

/** Whether an ARN names somebody who holds credentials: a user, a role or its session, the root user, a person of Identity Center. */
export const isIdentity = (arn: string): boolean =>
  ['iam', 'sts', 'identitystore', 'sso'].includes(arn.split(':')[2] ?? '');
