/**
 * Hostile callbacks to Slack's door. What a row answers is its status, and what the person is told; none changes a state or writes on the ledger.
 * `$…` as in doors.ts; `$plan` is the hash of the plan that waits.
 */
import { people } from '../../sandbox/deployment.ts';
import type { Forged } from './wire.ts';

export interface SlackAttack {
  /** The payload; a text is the whole body. */
  readonly payload: object | string;
  readonly forged?: Forged;
  readonly status: number;
  /** What the one who clicked reads; nobody else is told anything. */
  readonly told?: string;
}

const from = (user: string, more: object = {}) => ({
  user: { id: user, team_id: 'T0TOURNIQUET' },
  team: { id: 'T0TOURNIQUET' },
  api_app_id: 'A0TOURNIQUET',
  ...more,
});
const rosa = from(people.rosa);
const bound = JSON.stringify({ approval: '$approval', plan: '$plan' });
const click = (who: object, action_id = 'approve', value: unknown = bound, more: object = {}) => ({
  type: 'block_actions',
  ...who,
  trigger_id: 'forged',
  actions: [{ action_id, value }],
  ...more,
});
const sent = (callback_id: string, private_metadata: unknown, values: object = {}, who: object = rosa) => ({
  type: 'view_submission',
  ...who,
  view: { callback_id, private_metadata, state: { values } },
});
const good = click(rosa);
const said = (value: unknown) => ({ reason: { reason: { value } } });
const incident = JSON.stringify({ incident: '$incident' });

const signatures: Readonly<Record<string, SlackAttack>> = {
  'no signature': { payload: good, forged: { headers: { 'x-slack-signature': '' } }, status: 401 },
  'no time': { payload: good, forged: { headers: { 'x-slack-request-timestamp': '' } }, status: 401 },
  'another secret': { payload: good, forged: { secret: 'c'.repeat(32) }, status: 401 },
  'an empty secret': { payload: good, forged: { secret: '' }, status: 401 },
  'a version of signatures that is none': {
    payload: good,
    forged: { headers: { 'x-slack-signature': `v1=${'0'.repeat(64)}` } },
    status: 401,
  },
  'half a signature': { payload: good, forged: { headers: { 'x-slack-signature': 'v0=00' } }, status: 401 },
  'six minutes ago': { payload: good, forged: { seconds: -360 }, status: 401 },
  'in six minutes': { payload: good, forged: { seconds: 360 }, status: 401 },
  'a time that is no number': {
    payload: good,
    forged: { headers: { 'x-slack-request-timestamp': 'now' } },
    status: 401,
  },
  'a time of 10^15': {
    payload: good,
    forged: { headers: { 'x-slack-request-timestamp': '1000000000000000' } },
    status: 401,
  },
  'a time with a sign': {
    payload: good,
    forged: { headers: { 'x-slack-request-timestamp': '+1795000000' } },
    status: 401,
  },
  'another body than was signed': {
    payload: click(from('U0STRANGER')),
    forged: { body: `payload=${encodeURIComponent(JSON.stringify(good))}` },
    status: 401,
  },
  'the body in other letters': {
    payload: 'payload=%7B%22a%22%3A1%7D',
    forged: { body: 'payload=%7b%22a%22%3a1%7d' },
    status: 401,
  },
};

const told = 'not on the list of approvers';
const senders: Readonly<Record<string, SlackAttack>> = {
  'somebody who is no approver': { payload: click(from('U0NOBODY1')), status: 403, told },
  'another workspace': { payload: click(from('U0NOBODY2', { team: { id: 'T0ELSEWHERE' } })), status: 403, told },
  "an approver's id of another workspace": {
    payload: click(from(people.rosa, { team: { id: 'T0ELSEWHERE' } })),
    status: 403,
    told,
  },
  'a guest from another workspace': {
    payload: click({ ...rosa, user: { id: people.rosa, team_id: 'T0GUEST' } }),
    status: 403,
    told,
  },
  'another app': { payload: click(from(people.rosa, { api_app_id: 'A0OTHER' })), status: 403, told },
  'no workspace': { payload: click({ ...rosa, team: null, user: { id: people.rosa } }), status: 403, told },
  'a bot': { payload: click(from('B0ROSA')), status: 403, told },
  'an id in small letters': { payload: click(from(people.rosa.toLowerCase())), status: 403, told },
  'an id with a space': { payload: click(from(`${people.rosa} `)), status: 403, told },
  nobody: { payload: { ...good, user: undefined }, status: 400 },
  'two users': { payload: { ...good, user: [{ id: people.rosa }] }, status: 400 },
  'an id that is no text': { payload: click({ ...rosa, user: { id: { $ne: '' } } }), status: 400 },
};

const payloads: Readonly<Record<string, SlackAttack>> = {
  'no body': { payload: 'x=1', status: 400 },
  'no JSON': { payload: 'payload=%7B', status: 400 },
  'half of a character as a reason': { payload: sent('decline', bound, said('no \ud83d')), status: 400 },
  'a list': { payload: [], status: 400 },
  'a shortcut': { payload: { ...good, type: 'shortcut' }, status: 400 },
  'no action': { payload: { ...good, actions: [] }, status: 400 },
  'an action that is none of ours': { payload: click(rosa, 'contain'), status: 400 },
  'a value that is no JSON': { payload: click(rosa, 'approve', 'yes'), status: 400 },
  'a value that is no text': { payload: click(rosa, 'approve', { approval: '$approval' }), status: 400 },
  'a value of 101 characters': {
    payload: click(rosa, 'approve', JSON.stringify({ approval: 'a'.repeat(101), plan: '' })),
    status: 400,
  },
  'a release of 3000 characters': {
    payload: click(rosa, 'release', JSON.stringify({ incident: 'i'.repeat(3000) })),
    status: 400,
  },
  'a regime of 3000 characters': {
    payload: sent(
      'withdraw',
      JSON.stringify({ incident: '$incident', regime: 'r'.repeat(3000), report: 'initial' }),
      said('no'),
    ),
    status: 400,
  },
  'a form that is none of ours': { payload: sent('settings', incident), status: 400 },
  'a form without inputs': {
    payload: { ...sent('decline', bound), view: { callback_id: 'decline', private_metadata: bound } },
    status: 400,
  },
  'a time of 10^15 in a form': {
    payload: sent('fact', incident, {
      name: { name: { selected_option: { value: 'aware' } } },
      time: { time: { selected_date_time: 1e15 } },
      reason: { reason: { value: 'x' } },
    }),
    status: 400,
  },
  'a time before all times': {
    payload: sent('fact', incident, { time: { time: { selected_date_time: -1e15 } } }),
    status: 400,
  },
  '300 KB': { payload: sent('decline', bound, said('r'.repeat(300_000))), status: 400 },
  '300 KB in chunks': {
    payload: sent('decline', bound, said('r'.repeat(300_000))),
    forged: { chunks: 'in chunks' },
    status: 400,
  },
};

const clicks: Readonly<Record<string, SlackAttack>> = {
  'a plan that was swapped': {
    payload: click(rosa, 'approve', JSON.stringify({ approval: '$approval', plan: 'f'.repeat(64) })),
    status: 200,
    told: 'The plan has changed',
  },
  'an id that was guessed': {
    payload: click(rosa, 'approve', JSON.stringify({ approval: 'guessed', plan: '$plan' })),
    status: 200,
    told: 'There is no such question',
  },
  'a question that was taken back': {
    payload: click(rosa, 'approve', JSON.stringify({ approval: '$past.approval', plan: '$plan' })),
    status: 200,
    told: 'already superseded',
  },
  'a no without a reason': { payload: sent('decline', bound, said(' ')), status: 200, told: 'Give a reason' },
  'a no that was swapped': {
    payload: sent('decline', JSON.stringify({ approval: '$approval', plan: '0'.repeat(64) }), said('no')),
    status: 200,
    told: 'The plan has changed',
  },
  'a release past a question': {
    payload: click(rosa, 'release', incident),
    status: 200,
    told: 'still waits for an answer',
  },
  'a release of what is closed': {
    payload: click(rosa, 'release', JSON.stringify({ incident: '$past.incident' })),
    status: 200,
    told: 'closed already',
  },
  'a release of nothing': {
    payload: click(rosa, 'release', JSON.stringify({ incident: '<!channel>' })),
    status: 200,
    told: 'There is no incident &lt;!channel&gt;',
  },
  'an answer to be sent elsewhere': {
    payload: click(from('U0NOBODY3'), 'approve', bound, { response_url: '$trap' }),
    status: 403,
    told,
  },
};

export const slackAttacks = { signatures, senders, payloads, clicks };
