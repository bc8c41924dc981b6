import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { SlackSecret } from '../../../lib/domain/slack-secret.ts';
import { type At, type Check, deployAgain, fail, notProven, ok, type Patient, type Verdict, warn } from '../check.ts';

/** Milliseconds. */
const patience = 5000;

const concerns = { role: 'tell-responders', action: 'secretsmanager:GetSecretValue' };
const applies = ({ config }: Patient): boolean => config.slack !== undefined;

/** Says what is wrong with the secret and never what is in it. */
async function secretOf({ patient, hub }: At): Promise<{ secret: SlackSecret | null; wrong: string }> {
  const command = new GetSecretValueCommand({ SecretId: patient.output('SecretArn') });
  const { SecretString = '' } = await hub(SecretsManagerClient).send(command);
  try {
    const { data, error } = SlackSecret.safeParse(JSON.parse(SecretString));
    const wrong = (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
    return { secret: data ?? null, wrong };
  } catch {
    return { secret: null, wrong: 'it is not JSON' };
  }
}

const Reply = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  team_id: z.string().optional(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().optional(),
  channel: z
    .object({
      is_member: z.boolean().optional(),
      is_archived: z.boolean().optional(),
      is_private: z.boolean().optional(),
      is_ext_shared: z.boolean().optional(),
    })
    .optional(),
  usergroups: z
    .array(
      z.object({
        id: z.string(),
        handle: z.string().optional(),
        /** Unix seconds; 0 while it is enabled. */
        date_delete: z.number().optional(),
        user_count: z.coerce.number().optional(),
      }),
    )
    .optional(),
});
type Reply = z.output<typeof Reply>;

/** A method of Slack's Web API that reads. The token goes into the header alone. */
async function ask({ config }: Patient, token: string, method: string, form: Record<string, string>): Promise<Reply> {
  const answered = await fetch(new URL(method, config.slack?.api), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(patience),
  });
  if (!answered.ok) return { ok: false, error: `HTTP ${answered.status}` };
  return Reply.parse(await answered.json());
}

const put = ({ patient, region }: At): string =>
  `aws --region ${region} secretsmanager put-secret-value --secret-id ${patient.output('SecretArn')} --secret-string file://slack.json`;

/** What is asked of Slack needs the token; without one that is said once, by the check of the secret. */
async function withToken(at: At, then: (token: string) => Promise<Verdict>): Promise<Verdict> {
  const { secret } = await secretOf(at);
  return secret ? then(secret.botToken) : notProven('Not asked: the secret holds no usable token (slack-secret)');
}

const secret: Check = {
  id: 'slack-secret',
  about: 'people',
  title: 'The Slack secret holds a bot token and a signing secret',
  asks: ['secretsmanager:GetSecretValue'],
  concerns,
  applies,
  async run(at) {
    const { secret: held, wrong } = await secretOf(at);
    return held ? ok('Both have the form that Slack gives them') : fail(`In the secret ${wrong}`, put(at));
  },
};

/** Whether the token is of the workspace, or the grid, that the configuration names. */
export function tokenVerdict(
  { team_id, enterprise_id, is_enterprise_install }: Pick<Reply, 'team_id' | 'enterprise_id' | 'is_enterprise_install'>,
  { team, enterprise }: { readonly team?: string; readonly enterprise?: string | undefined },
  mend: string,
): Verdict {
  if (enterprise && enterprise_id !== enterprise)
    return fail(`The token belongs to grid ${enterprise_id ?? 'none'}, the configuration names ${enterprise}`, mend);
  // A token for a whole grid names no single workspace (docs.slack.dev, auth.test).
  if (enterprise && is_enterprise_install) return ok(`Enterprise Grid ${enterprise_id}`);
  if (team_id === team) return ok(`Workspace ${team_id}`);
  return fail(`The token belongs to workspace ${team_id}, the configuration names ${team}`, mend);
}

const token: Check = {
  id: 'slack-token',
  about: 'people',
  title: 'Slack accepts the bot token, in the configured workspace',
  asks: ['slack:auth.test', 'secretsmanager:GetSecretValue'],
  concerns,
  applies,
  run: (at) =>
    withToken(at, async (botToken) => {
      const { ok: accepted, error, ...of } = await ask(at.patient, botToken, 'auth.test', {});
      if (!accepted) return fail(`Slack answered ${error}`, put(at));
      return tokenVerdict(of, at.patient.config.slack ?? {}, put(at));
    }),
};

/** Both are read with `channels:read` or `groups:read`, which the app need not have (docs.slack.dev, conversations.info). */
const unknowable = new Set(['missing_scope', 'not_allowed_token_type']);

/** Who reads what is asked there besides those who were invited; null where nobody does. */
const whoReads = ({ is_private, is_ext_shared }: NonNullable<Reply['channel']>): string | null => {
  if (is_ext_shared) return 'shared with another organisation, which reads what is asked there';
  return is_private === false ? 'public: everybody in the workspace reads what is asked there' : null;
};

export function channelVerdict(id: string, { ok: found, error = '', channel }: Reply): Verdict {
  if (unknowable.has(error)) return notProven(`Slack answered ${error}: give the app channels:read and groups:read`);
  const invite = `In Slack: /invite the app to the channel ${id}`;
  // A private channel whose member the app is not cannot be told from none.
  if (!found) return fail(`Slack answered ${error} of ${id}`, invite);
  if (channel?.is_archived) return fail(`The channel ${id} is archived`, 'In Slack: restore the channel');
  if (!channel?.is_member) return fail(`The app is not in the channel ${id}`, invite);
  const seenBy = whoReads(channel);
  return seenBy ? warn(`${id} is ${seenBy}`, 'In Slack: change it to a private channel of your own workspace') : ok(id);
}

const channelCheck = (id: string, which: 'channel' | 'escalation', title: string): Check => ({
  id,
  about: 'people',
  title,
  asks: ['slack:conversations.info', 'secretsmanager:GetSecretValue'],
  concerns,
  applies: ({ config }) => config.slack?.[which] !== undefined,
  run: (at) =>
    withToken(at, async (botToken) => {
      const channel = at.patient.config.slack?.[which] ?? '';
      return channelVerdict(channel, await ask(at.patient, botToken, 'conversations.info', { channel }));
    }),
});

/** Whether a user group that is mentioned rings anybody: Slack takes a mention of one that is not there, and of an empty one. */
export function onCallVerdict(id: string, { ok: read, error = '', usergroups = [] }: Reply): Verdict {
  if (unknowable.has(error)) return notProven(`Slack answered ${error}: give the app usergroups:read`);
  if (!read) return fail(`Slack answered ${error} when asked for its user groups`);
  const choose = ['# put another group into "onCall" under "slack" in the configuration, or take it out', deployAgain];
  const found = usergroups.find((one) => one.id === id);
  if (!found) return fail(`There is no user group ${id}: nobody is rung by a question`, ...choose);
  const name = found.handle ? `@${found.handle}` : id;
  if (found.date_delete) return fail(`${name} is disabled: nobody is rung by a question`, ...choose);
  const count = found.user_count ?? 0;
  if (count === 0)
    return fail(`${name} has no members: nobody is rung by a question`, `In Slack: add people to ${name}`);
  return ok(`${name}, ${count} ${count === 1 ? 'person' : 'people'}`);
}

const onCall: Check = {
  id: 'slack-on-call',
  about: 'people',
  title: 'The user group that questions mention exists, and has members',
  asks: ['slack:usergroups.list', 'secretsmanager:GetSecretValue'],
  concerns,
  applies: ({ config }) => config.slack?.onCall !== undefined,
  run: (at) =>
    withToken(at, async (botToken) => {
      const { onCall: id = '', team = '' } = at.patient.config.slack ?? {};
      // A token of a whole grid has to name the workspace (docs.slack.dev, usergroups.list).
      const form = { include_count: 'true', include_disabled: 'true', team_id: team };
      return onCallVerdict(id, await ask(at.patient, botToken, 'usergroups.list', form));
    }),
};

const way: Check = {
  id: 'slack-configured',
  about: 'people',
  title: 'Questions reach a channel where they can be answered by a click',
  asks: ['cloudformation:GetTemplateSummary'],
  concerns: { role: 'request-approval', action: 'sns:Publish' },
  async run({ patient }) {
    if (patient.config.slack) return ok(`Slack, channel ${patient.config.slack.channel}`);
    return warn('No Slack: questions go to the topic, and are answered by the command line alone');
  },
};

export const slack: readonly Check[] = [
  way,
  secret,
  token,
  channelCheck('slack-channel', 'channel', 'The app is in the channel for incidents'),
  channelCheck('slack-escalation', 'escalation', 'The app is in the channel for what nobody answered'),
  onCall,
];
