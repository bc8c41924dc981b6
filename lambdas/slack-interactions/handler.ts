import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Approver, Decision } from '../../lib/domain/approval.ts';
import { Refused } from '../../lib/domain/errors.ts';
import { closeMessages, decide, decisionLine } from '../runtime/approvals.ts';
import { slack, slackSecret } from '../runtime/channels.ts';
import { config } from '../runtime/environment.ts';
import { count, logger, pipeline, type Work } from '../runtime/pipeline.ts';
import { setFact } from '../runtime/set-clocks.ts';
import { startRelease } from '../runtime/start-release.ts';
import { changedWords, factIn, factModal } from './fact-modal.ts';
import { Bound, Held, Interaction, type Submitted } from './payload.ts';
import { isFromSlack } from './signature.ts';

/** Nothing retries a click: the SDK does. */
const attempts = 3;

const answer = (statusCode: number, body = ''): APIGatewayProxyStructuredResultV2 => ({ statusCode, body });

function refuse(statusCode: number, because: string): APIGatewayProxyStructuredResultV2 {
  count('CallbackRefused');
  logger.warn('A callback was refused', { because });
  return answer(statusCode);
}

async function parse(work: Work, event: APIGatewayProxyEventV2): Promise<Interaction | null> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const timestamp = event.headers['x-slack-request-timestamp'] ?? '';
  const signature = event.headers['x-slack-signature'] ?? '';
  const { signingSecret, previousSigningSecret } = await slackSecret(work);
  const secrets = [signingSecret, ...(previousSigningSecret ? [previousSigningSecret] : [])];
  if (!isFromSlack({ body, timestamp, signature }, secrets, Date.parse(work.now()) / 1000)) return null;
  return Interaction.parse(JSON.parse(new URLSearchParams(body.toString()).get('payload') ?? 'null'));
}

/** The approver behind a Slack user of our own workspace; null for strangers, guests from elsewhere, and everyone not on the list. */
function approverOf({ user, team, api_app_id: app }: Interaction): Approver | null {
  const { slack: ours, approvers } = config();
  if (!ours || app !== ours.app || team?.id !== ours.team) return null;
  if (user.team_id !== undefined && user.team_id !== ours.team) return null;
  return approvers.find((approver) => approver.slack === user.id) ?? null;
}

interface Taken {
  readonly bound: Bound;
  readonly approver: Approver;
  readonly verdict: Decision['verdict'];
  readonly reason: string | null;
}

async function take(work: Work, { bound, approver, verdict, reason }: Taken): Promise<void> {
  const attempt = { verdict, planHash: bound.plan, approver, reason, now: work.now() };
  const decided = await decide(work, bound.approval, attempt, 'slack');
  if (decided.approval.state !== 'PENDING') await closeMessages(work, decided, decisionLine(decided));
}

/** Asks for the reason of a decline. Slack's trigger dies after three seconds, so nothing slow comes before it. */
async function askReason(work: Work, trigger_id: string, value: string): Promise<void> {
  const client = await slack(work);
  await client?.views.open({
    trigger_id,
    view: {
      type: 'modal',
      callback_id: 'decline',
      private_metadata: value,
      title: { type: 'plain_text', text: 'Decline' },
      submit: { type: 'plain_text', text: 'Decline' },
      close: { type: 'plain_text', text: 'Back' },
      blocks: [
        {
          type: 'input',
          block_id: 'reason',
          label: { type: 'plain_text', text: 'Why should this not happen? The reason goes on the record.' },
          element: { type: 'plain_text_input', action_id: 'reason', multiline: true, min_length: 3, max_length: 1000 },
        },
      ],
    },
  });
}

/** Asks for a fact. Who may not set one is told so before they type. */
async function askFact(work: Work, trigger_id: string, incident: string): Promise<void> {
  await (await slack(work))?.views.open({ trigger_id, view: factModal(incident) });
}

async function submitted(work: Work, { view, ...from }: Submitted, approver: Approver): Promise<void> {
  if (view.callback_id === 'fact') {
    const { incident } = Held.parse(JSON.parse(view.private_metadata));
    const { typed, reason } = factIn(view.state.values);
    const changed = await setFact(work, incident, typed, { by: approver.name, reason, via: 'slack' });
    return explain(work, from, changedWords(changed));
  }
  const bound = Bound.parse(JSON.parse(view.private_metadata));
  const reason = view.state.values.reason?.reason?.value ?? null;
  return take(work, { bound, approver, verdict: 'DECLINED', reason });
}

async function act(work: Work, interaction: Interaction, approver: Approver): Promise<void> {
  if (interaction.type === 'view_submission') return submitted(work, interaction, approver);
  const [action] = interaction.actions;
  if (!action) return;
  if (action.action_id === 'decline') return askReason(work, interaction.trigger_id, action.value);
  if (action.action_id === 'fact') {
    return askFact(work, interaction.trigger_id, Held.parse(JSON.parse(action.value)).incident);
  }
  if (action.action_id === 'release') {
    const { incident } = Held.parse(JSON.parse(action.value));
    await startRelease(work, incident, approver.name, 'asked for in Slack');
    return;
  }
  return take(work, { bound: Bound.parse(JSON.parse(action.value)), approver, verdict: 'APPROVED', reason: null });
}

/** Tells one person, and only that person, what came of their click. */
async function explain(work: Work, { user }: Pick<Interaction, 'user'>, text: string): Promise<void> {
  const channel = config().slack?.channel ?? '';
  try {
    await (await slack(work))?.chat.postEphemeral({ channel, user: user.id, text });
  } catch (error) {
    logger.error('The person could not be told', error as Error);
  }
}

export const handler = pipeline(async (event, work): Promise<APIGatewayProxyStructuredResultV2> => {
  const interaction = await parse(work, event as APIGatewayProxyEventV2);
  if (!interaction) return refuse(401, 'the signature is not Slack’s, or too old');
  const approver = approverOf(interaction);
  if (!approver) {
    await explain(work, interaction, 'You are not on the list of approvers. Ask one of them to decide.');
    return refuse(403, 'not an approver of this workspace and app');
  }
  try {
    await act(work, interaction, approver);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await explain(work, interaction, error.message);
  }
  return answer(200);
}, attempts);
