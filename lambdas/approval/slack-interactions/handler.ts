import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Approver, Decision } from '../../../lib/domain/approval.ts';
import { Refused } from '../../../lib/domain/errors.ts';
import type { SlackSecret } from '../../../lib/domain/slack-secret.ts';
import { escaped } from '../../runtime/blocks.ts';
import { openView, slackSecret, whisper } from '../../runtime/channels.ts';
import { config } from '../../runtime/environment.ts';
import { count, logger, type Work } from '../../runtime/pipeline.ts';
import { readJson } from '../../runtime/read-json.ts';
import { serveEntrance } from '../../runtime/serve-entrance.ts';
import { approversAnywhere } from '../../runtime/settings.ts';
import { closeMessages, decide, decisionLine, type Stored, takeOver } from '../approvals.ts';
import { startRelease } from '../start-release.ts';
import { chosenIn } from './choose-modal.ts';
import { formFor, record } from './forms.ts';
import { AboutIncident, AboutReport, Bound, type Clicked, Interaction, type Submitted } from './payload.ts';
import { isFromSlack } from './signature.ts';
import { togetherIn } from './together-modal.ts';
import type { Mistakes } from './which-report.ts';

/** Nothing retries a click: the SDK does. */
const attempts = 3;

/** Milliseconds after which the secret is read again for a signature that does not fit: it may have been exchanged. */
const afresh = 5000;

const answer = (statusCode: number, body: object | null = null): APIGatewayProxyStructuredResultV2 =>
  body === null
    ? { statusCode, body: '' }
    : { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };

function refuse(statusCode: number, because: string): APIGatewayProxyStructuredResultV2 {
  count('CallbackRefused');
  logger.warn('A callback was refused', { because });
  return answer(statusCode);
}

async function parse(work: Work, event: APIGatewayProxyEventV2): Promise<Interaction | null> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const timestamp = event.headers['x-slack-request-timestamp'] ?? '';
  const signature = event.headers['x-slack-signature'] ?? '';
  const fits = ({ signingSecret, previousSigningSecret }: SlackSecret): boolean => {
    const secrets = [signingSecret, ...(previousSigningSecret ? [previousSigningSecret] : [])];
    return isFromSlack({ body, timestamp, signature }, secrets, Date.parse(work.now()) / 1000);
  };
  if (!fits(await slackSecret(work)) && !fits(await slackSecret(work, afresh))) return null;
  return Interaction.parse(readJson(new URLSearchParams(body.toString()).get('payload') ?? 'null'));
}

/** The approver behind a Slack user of our own workspace; null for strangers, guests from elsewhere, and everyone not on the list. */
async function approverOf(
  work: Work,
  { user, team, enterprise, api_app_id: app }: Interaction,
): Promise<Approver | null> {
  const { slack: ours } = config();
  if (!ours || app !== ours.app) return null;
  // Where the app is installed for a whole grid no workspace is named beside the person's own.
  const workspaces = [team?.id, user.team_id].flatMap((id) => id ?? []);
  if (workspaces.length === 0 || workspaces.some((id) => id !== ours.team)) return null;
  if (ours.enterprise && enterprise?.id !== ours.enterprise) return null;
  return (await approversAnywhere(work)).find((approver) => approver.slack === user.id) ?? null;
}

interface DecisionAttempt {
  readonly bound: Bound;
  readonly approver: Approver;
  readonly verdict: Decision['verdict'];
  readonly reason: string | null;
  readonly levers?: readonly string[];
}

/** Each by its own question and plan. What one of them refuses is told, and keeps none of the others. */
async function approveTogether(work: Work, all: readonly Bound[], approver: Approver): Promise<void> {
  const refused: string[] = [];
  const decided: Stored[] = [];
  // One after the other: they write to one ledger.
  for (const { approval, plan } of all) {
    const attempt = { verdict: 'APPROVED', planHash: plan, approver, reason: null, now: work.now() } as const;
    try {
      decided.push(await decide(work, approval, attempt, 'slack'));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused.push(error.message);
    }
  }
  const over = decided.filter(({ approval }) => approval.state !== 'PENDING');
  await Promise.all(over.map((one) => closeMessages(work, one, decisionLine(one))));
  if (refused.length > 0) throw new Refused(`${decided.length} of ${all.length} approved. ${refused.join(' ')}`);
}

async function recordDecision(work: Work, { bound, approver, ...said }: DecisionAttempt): Promise<void> {
  const attempt = { ...said, planHash: bound.plan, approver, now: work.now() };
  const decided = await decide(work, bound.approval, attempt, 'slack');
  if (decided.approval.state !== 'PENDING') await closeMessages(work, decided, decisionLine(decided));
}

type ButtonClick = Pick<Clicked, 'trigger_id' | 'user'> & { readonly action: Clicked['actions'][number] };

/** Does what a button stands for, or asks for the rest in a form. */
async function clicked(work: Work, { action, ...from }: ButtonClick, approver: Approver): Promise<void> {
  const { action_id, value } = action;
  if (action_id === 'approve')
    return recordDecision(work, { bound: Bound.parse(JSON.parse(value)), approver, verdict: 'APPROVED', reason: null });
  if (action_id === 'take-over') {
    await takeOver(work, Bound.parse(JSON.parse(value)).approval, { approver, now: work.now() }, 'slack');
    return;
  }
  if (action_id !== 'release') return openView(work, from.trigger_id, await formFor(work, action_id, value));
  const { incident } = AboutIncident.parse(JSON.parse(value));
  await startRelease(work, { incident, approver, reason: 'asked for in Slack' });
}

/** Takes what was entered. Returns what is wrong with it, by input; null where nothing is. */
async function submitted(work: Work, { view, ...from }: Submitted, approver: Approver): Promise<Mistakes | null> {
  const { callback_id: form, private_metadata, state } = view;
  if (form === 'decline') {
    const reason = state.values.reason?.reason?.value ?? null;
    await recordDecision(work, {
      bound: Bound.parse(JSON.parse(private_metadata)),
      approver,
      verdict: 'DECLINED',
      reason,
    });
    return null;
  }
  if (form === 'together') {
    await approveTogether(work, togetherIn(state.values), approver);
    return null;
  }
  if (form === 'choose') {
    const bound = Bound.parse(JSON.parse(private_metadata));
    const levers = chosenIn(state.values);
    await recordDecision(work, { bound, approver, verdict: 'APPROVED', reason: null, levers });
    return null;
  }
  const about = AboutReport.parse(JSON.parse(private_metadata));
  const recorded = await record(work, { form, about, values: state.values }, approver.name);
  if ('mistakes' in recorded) return recorded.mistakes;
  await whisper(work, from.user.id, recorded.words);
  return null;
}

/** Returns Slack's answer: nothing closes a form, and mistakes keep it open with each beside its input (docs.slack.dev, "Modals"). */
async function act(work: Work, interaction: Interaction, approver: Approver): Promise<object | null> {
  if (interaction.type === 'view_submission') {
    const errors = await submitted(work, interaction, approver);
    return errors && { response_action: 'errors', errors };
  }
  const { trigger_id, user, actions } = interaction;
  const [action] = actions;
  if (action) await clicked(work, { trigger_id, user, action }, approver);
  return null;
}

async function respond(work: Work, event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const interaction = await parse(work, event);
  if (!interaction) return refuse(401, 'the signature is wrong or too old');
  try {
    const approver = await approverOf(work, interaction);
    if (!approver) {
      await whisper(work, interaction.user.id, 'You are not on the list of approvers. Ask one of them to decide.');
      return refuse(403, 'not an approver of this workspace and app');
    }
    return answer(200, await act(work, interaction, approver));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // It may repeat what somebody else has typed.
    await whisper(work, interaction.user.id, escaped(error.message));
    return answer(200);
  }
}

export const handler = serveEntrance(async (event, work): Promise<APIGatewayProxyStructuredResultV2> => {
  try {
    return await respond(work, event as APIGatewayProxyEventV2);
  } catch (error) {
    // Signed by Slack, and not as we know it: nothing of it is done, and nobody is to send it again.
    if (error instanceof z.ZodError || error instanceof SyntaxError) return refuse(400, 'the payload cannot be read');
    throw error;
  }
}, attempts);
