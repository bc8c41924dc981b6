// Callbacks as Slack makes them: addressed from a user, signed, posted as a form.
import { createHmac } from 'node:crypto';
import { type Answered, post, Refusal } from './http.ts';
import type { Forgery } from './orders.ts';
import { answerWithinMs, domain, personOf, type Signed, type Workspace } from './workspace.ts';

/** Slack hangs up after 3 s. We listen on, so that a test can say what came and how late. */
const patienceMs = 30_000;

export type Delivered = Answered & { operation_timeout?: true };
export type Payload = { type: string; [key: string]: unknown };

export function sign(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

export function signed(workspace: Workspace, payload: Payload, forgery: Forgery): Signed {
  const { now, signingSecret } = workspace.settings;
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(now() / 1000) + (forgery.skewSeconds ?? 0));
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      accept: 'application/json,*/*',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(forgery.secret ?? signingSecret, timestamp, body),
    },
  };
}

export async function deliver(workspace: Workspace, request: Signed): Promise<Delivered> {
  const callback = workspace.callback;
  if (!callback) throw new Refusal(409, 'no app to send this to yet: call sendTo({ url }) first');
  const headers = { ...request.headers, ...callback.headers };
  try {
    const answered = await post(callback.url, headers, request.body, patienceMs);
    return answered.ms > answerWithinMs ? { ...answered, operation_timeout: true } : answered;
  } catch (cause) {
    throw new Refusal(502, `the app at ${callback.url} gave no answer: ${(cause as Error).message}`);
  }
}

export const accepted = (delivered: Delivered) => delivered.status >= 200 && delivered.status < 300;

export function sender(workspace: Workspace, user: string, forgery: Forgery) {
  const person = personOf(workspace, user);
  const team = forgery.team ?? workspace.settings.team;
  return {
    user: {
      id: user,
      username: person.name.toLowerCase(),
      name: person.name.toLowerCase(),
      team_id: person.team ?? team,
    },
    team: { id: team, domain },
    enterprise: null,
    is_enterprise_install: false,
    api_app_id: forgery.app ?? workspace.settings.app,
  };
}

/** The very bytes of last time, signature and clock included: what someone who listened in could send. */
export function recorded(workspace: Workspace, key: string, forgery: Forgery): Signed {
  if (forgery.team ?? forgery.app ?? forgery.secret ?? forgery.skewSeconds)
    throw new Refusal(
      400,
      'a replay sends the recorded bytes again: team, app, secret and skewSeconds cannot go with it',
    );
  const request = workspace.sent.get(key);
  if (!request) throw new Refusal(404, 'nothing to replay: this user has not sent this before');
  return request;
}
