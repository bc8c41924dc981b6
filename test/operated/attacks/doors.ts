/**
 * Hostile requests to the doors of approvers. What a row answers is its status and words; none changes a state, and on the ledger is only what
 * a row says. `$…` stands for what the stage knows: `$approval`, `$incident`, `$past.approval`, `$past.incident`, `$version`, `$word`.
 */
import type { Attacker } from './stage.ts';
import { mention } from './stage.ts';
import type { Astray, Request } from './wire.ts';

export interface DoorAttack extends Omit<Request, 'body'> {
  readonly as?: Attacker | 'nobody';
  readonly body: unknown;
  readonly astray?: Astray;
  readonly status: number;
  readonly says: string;
  /** Words of the entry that is on the ledger afterwards; left out: none is. */
  readonly ledger?: string;
}

const approve = { action: 'approve', approval: '$approval' };
const decline = { action: 'decline', approval: '$approval', reason: 'no' };
const long = (length: number): string => 'i'.repeat(length);
const forbidden = { status: 403, says: '' };
const unreadable = (says = ''): Pick<DoorAttack, 'status' | 'says'> => ({ status: 400, says });
const refused = (says: string): Pick<DoorAttack, 'status' | 'says'> => ({ status: 409, says });
const tooLong = { status: 413, says: '' };

/** Who signs, and what for. */
const signatures: Readonly<Record<string, DoorAttack>> = {
  'no signature': { as: 'nobody', body: approve, ...forbidden },
  'another secret key': { body: approve, astray: { secretAccessKey: 'guessed' }, ...forbidden },
  'signed for another Region': { body: approve, astray: { region: 'us-east-1' }, ...forbidden },
  'signed for another service': { body: approve, astray: { service: 'sts' }, ...forbidden },
  'signed twenty minutes ago': { body: approve, astray: { minutes: -20 }, ...forbidden },
  'signed for in twenty minutes': { body: approve, astray: { minutes: 20 }, ...forbidden },
  'another body than was signed': { body: decline, astray: { body: JSON.stringify(approve) }, ...forbidden },
  'another door than was signed': { body: approve, astray: { path: '/settings' }, ...forbidden },
  'the thief of the stolen session': { as: 'thief', body: approve, ...forbidden },
  'an administrator of the account it is about': { as: 'administrator of the member', body: approve, ...forbidden },
  'root of an account of nobody': { as: 'outsider', body: approve, ...forbidden },
  'an auditor': { as: 'ada', body: approve, ...forbidden },
  'an operator': { as: 'olga', body: approve, ...forbidden },
  'root of the hub, who is no approver': { as: 'hub root', body: approve, ...refused('not on the list of approvers') },
  'root of the hub, about the settings': {
    as: 'hub root',
    door: 'SettingsUrl',
    body: { action: 'set', on: '$version', settings: { mode: 'observe' }, reason: 'let me' },
    ...refused('not on the list of approvers'),
  },
  'a header that names somebody else': {
    as: 'hub root',
    body: approve,
    headers: { 'x-amz-user-arn': 'arn:aws:iam::111122223333:user/rosa', 'x-forwarded-for': '127.0.0.1' },
    ...refused('not on the list of approvers'),
  },
  'GET in place of POST': { as: 'hub root', method: 'GET', body: '', status: 404, says: '' },
  'a path that climbs': {
    as: 'hub root',
    body: approve,
    astray: { path: '/decisions%2F..%2Fsettings' },
    status: 404,
    says: '',
  },
  'a path behind the door': {
    as: 'hub root',
    body: approve,
    astray: { path: '/decisions/approve' },
    status: 404,
    says: '',
  },
};

/** Bodies that are no request. */
const bodies: Readonly<Record<string, DoorAttack>> = {
  'no body': { body: '', ...unreadable() },
  'no JSON': { body: '{"action":', ...unreadable() },
  null: { body: 'null', ...unreadable() },
  'a list': { body: [approve], ...unreadable() },
  'a text': { body: '"approve"', ...unreadable() },
  'a number': { body: '42', ...unreadable() },
  'JSON and more': { body: `${JSON.stringify(approve)} {}`, ...unreadable() },
  'nested ten thousand deep': { body: `${'['.repeat(10_000)}${']'.repeat(10_000)}`, ...unreadable() },
  'no text at all': { body: Buffer.from([0xff, 0xfe, 0x7b, 0x00]), astray: { body: '\u00ff\u00fe{' }, ...forbidden },
  'half of a character as a reason': {
    body: `{"action":"decline","approval":"$approval","reason":"no \\ud83d"}`,
    ...unreadable('character'),
  },
  'half of a character as a key': { body: `{"\\ud83d":1}`, ...unreadable('character') },
  'an action nobody knows': { body: { ...approve, action: 'contain' }, ...unreadable('action') },
  'an action that every object has': { body: { ...approve, action: 'constructor' }, ...unreadable('action') },
  'an action as a list': { body: { ...approve, action: ['approve'] }, ...unreadable() },
  'whose yes it is': { body: { ...approve, by: 'Leo' }, ...unreadable('by') },
  'the state it should have': { body: { ...approve, state: 'APPROVED' }, ...unreadable('state') },
  'a plan to swap': { body: { ...approve, plan: 'f'.repeat(64) }, ...unreadable('plan') },
  'a prototype': { body: `{"__proto__":{"approval":"$approval"},"action":"approve"}`, ...unreadable() },
  'an id as an object': { body: { ...approve, approval: { S: '$approval' } }, ...unreadable('approval') },
  'an id as a list': { body: { ...approve, approval: ['$approval'] }, ...unreadable('approval') },
  'no id': { body: { ...approve, approval: '' }, ...unreadable('approval') },
  'an id of 101 characters': { body: { ...approve, approval: long(101) }, ...unreadable('approval') },
  'an id longer than a key of DynamoDB': { body: { ...approve, approval: long(2_049) }, ...unreadable('approval') },
  'an id of 500 KB': { body: { ...approve, approval: long(500_000) }, ...tooLong },
  '500 KB in chunks': { body: { ...approve, approval: long(500_000) }, chunks: 'in chunks', ...tooLong },
  'more than an HTTP API takes': { body: long(10_500_000), ...tooLong },
  'a request in chunks': {
    body: { ...approve, approval: 'guessed' },
    chunks: 'in chunks',
    ...refused('no such question'),
  },
};

/** Questions that are not the person's to decide, or not any more. */
const decisions: Readonly<Record<string, DoorAttack>> = {
  'an id that was guessed': { body: { ...approve, approval: 'a'.repeat(22) }, ...refused('no such question') },
  'an id that climbs': { body: { ...approve, approval: '../../META' }, ...refused('no such question') },
  'an id that is a key': { body: { ...approve, approval: 'INC#$incident' }, ...refused('no such question') },
  'an id with JSONata in it': { body: { ...approve, approval: '{% $states.input %}' }, ...refused('no such question') },
  'an id with a zero byte': { body: { ...approve, approval: '$approval\u0000' }, ...refused('no such question') },
  'an id with a space': { body: { ...approve, approval: ' $approval' }, ...refused('no such question') },
  'an incident as a question': { body: { ...approve, approval: '$incident' }, ...refused('no such question') },
  'a question that was taken back': {
    body: { ...approve, approval: '$past.approval' },
    ...refused('already superseded'),
  },
  'a no to one that was taken back': {
    body: { ...decline, approval: '$past.approval' },
    ...refused('already superseded'),
  },
  'a no without a reason': { body: { action: 'decline', approval: '$approval' }, ...unreadable('reason') },
  'a no with an empty reason': { body: { ...decline, reason: ' \n\t' }, ...unreadable('reason') },
  'a no with a reason of 1,001 characters': { body: { ...decline, reason: long(1001) }, ...unreadable('reason') },
  'a no with a reason of 300 KB': { body: { ...decline, reason: long(300_000) }, ...tooLong },
  'a no for no hour': { body: { ...decline, hours: 0 }, ...unreadable('hours') },
  'a no for ever': { body: { ...decline, hours: 1e15 }, ...unreadable('hours') },
  'a no until yesterday': { body: { ...decline, hours: -24 }, ...unreadable('hours') },
  'a no for a part of an hour': { body: { ...decline, hours: 0.5 }, ...unreadable('hours') },
  'a yes with a reason of 1,001 characters': { body: { ...approve, reason: long(1001) }, ...unreadable('reason') },
};

const release = { action: 'release', incident: '$incident', reason: 'rebuilt' };
const close = { action: 'close', incident: '$incident', as: 'handled', reason: 'done' };
const endings: Readonly<Record<string, DoorAttack>> = {
  'a release past a question that waits': { body: release, ...refused('still waits for an answer') },
  'a release of nothing': { body: { ...release, incident: 'inc-never' }, ...refused('no incident') },
  'a release of what is closed': { body: { ...release, incident: '$past.incident' }, ...refused('closed already') },
  'a release without a reason': { body: { ...release, reason: '' }, ...unreadable('reason') },
  'a release with a reason of 300 KB': { body: { ...release, reason: long(300_000) }, ...tooLong },
  'a release with a reason of 1,001 characters': { body: { ...release, reason: long(1001) }, ...unreadable('reason') },
  'a release of 2,049 characters': { body: { ...release, incident: long(2049) }, ...unreadable('incident') },
  'a release that closes too': { body: { ...release, as: 'handled' }, ...unreadable('as') },
  'a close as something else': { body: { ...close, as: 'never-happened' }, ...unreadable('as') },
  'a close of what is closed': { body: { ...close, incident: '$past.incident' }, ...refused('closed already') },
  'a close of nothing': { body: { ...close, incident: '../$incident' }, ...refused('no incident') },
  'a close with an empty reason': { body: { ...close, reason: '   ' }, ...unreadable('reason') },
};

const fact = { action: 'fact', incident: '$incident', fact: 'aware=2026-11-20T14:30Z', reason: 'seen' };
const filed = { action: 'filed', incident: '$incident', regime: 'dfars', reference: 'ICF-1' };
const field = { action: 'field', incident: '$incident', words: [{ take: 'set', field: 'narrative', value: 'x' }] };
const claim = {
  action: 'claim',
  incident: '$incident',
  said: 'that was our scanner',
  about: { address: '203.0.113.0/24' },
  holds: 'never',
};
const at = 'ClocksUrl' as const;
const clocks: Readonly<Record<string, DoorAttack>> = {
  'a fact about nothing': { door: at, body: { ...fact, incident: 'inc-never' }, ...refused('no incident') },
  'a fact about an id of 2,049 characters': {
    door: at,
    body: { ...fact, incident: long(2049) },
    ...unreadable('incident'),
  },
  'a fact about no id': { door: at, body: { ...fact, incident: '' }, ...unreadable('incident') },
  'a fact of 3000 characters': { door: at, body: { ...fact, fact: long(3000) }, ...unreadable('fact') },
  'a fact that is none': { door: at, body: { ...fact, fact: '__proto__=2026-11-20T14:30Z' }, ...refused('') },
  'a fact without a zone': { door: at, body: { ...fact, fact: 'aware=2026-11-20T14:30' }, ...refused('zone') },
  'a fact at the end of all days': { door: at, body: { ...fact, fact: 'aware=+275760-09-13T00:00Z' }, ...refused('') },
  'a fact in the future': { door: at, body: { ...fact, fact: 'aware=9999-12-31T23:59Z' }, ...refused('') },
  'a filing as a fact': { door: at, body: { ...fact, fact: 'sent:dfars/initial=2026-11-20T14:30Z' }, ...refused('') },
  'a fact with a reason of 300 KB': { door: at, body: { ...fact, reason: long(300_000) }, ...tooLong },
  'a fact with a reason of 1,001 characters': {
    door: at,
    body: { ...fact, reason: long(1001) },
    ...unreadable('reason'),
  },
  'a filing under no regime': { door: at, body: { ...filed, regime: 'toString' }, ...refused('no report under') },
  'a filing under a regime of 3000 characters': {
    door: at,
    body: { ...filed, regime: long(3000) },
    ...unreadable('regime'),
  },
  'a filing without a reference': { door: at, body: { ...filed, reference: ' ' }, ...unreadable('reference') },
  'a filing of a hash that is none': { door: at, body: { ...filed, sha256: 'A'.repeat(64) }, ...unreadable('sha256') },
  'a filing of a file of 256 characters': { door: at, body: { ...filed, file: long(256) }, ...unreadable('file') },
  'a filing at no time': { door: at, body: { ...filed, at: 'tomorrow' }, ...refused('') },
  'a filing at a time of 3000 characters': { door: at, body: { ...filed, at: long(3000) }, ...unreadable('at') },
  'a filing in the year 10000': { door: at, body: { ...filed, at: '+010000-01-01T00:00Z' }, ...refused('') },
  'a withdrawal of nothing': {
    door: at,
    body: { action: 'withdraw', incident: '$incident', regime: 'dfars', report: 'valueOf', reason: 'no' },
    ...refused('no report'),
  },
  'a withdrawal of a report of 3000 characters': {
    door: at,
    body: { action: 'withdraw', incident: '$incident', regime: 'dfars', report: long(3000), reason: 'no' },
    ...unreadable('report'),
  },
  'a field that is none': {
    door: at,
    body: { ...field, words: [{ take: 'set', field: 'constructor', value: 'x' }] },
    ...refused('no field'),
  },
  'a field whose name has 3000 characters': {
    door: at,
    body: { ...field, words: [{ take: 'set', field: long(3000), value: 'x' }] },
    ...unreadable('field'),
  },
  'a field of 60,000 characters': {
    door: at,
    body: { ...field, words: [{ take: 'set', field: 'narrative', value: long(60_000) }] },
    ...refused('longer than'),
  },
  'ninety-eight fields': {
    door: at,
    body: { ...field, words: Array(98).fill(field.words[0]) },
    ...unreadable('words'),
  },
  'a field that is named twice': {
    door: at,
    body: { ...field, words: [...field.words, ...field.words] },
    ...refused(''),
  },
  'fields of an id of 2,049 characters': {
    door: at,
    body: { ...field, incident: long(2049) },
    ...unreadable('incident'),
  },
  'a fact whose reason wants to be more': {
    door: at,
    body: { ...fact, reason: `$word ${mention}` },
    status: 200,
    says: 'Rosa',
    ledger: `$word ${mention}`,
  },
  'a claim of somebody who may not': {
    as: 'hub root',
    door: at,
    body: claim,
    ...refused('not on the list of approvers'),
  },
  'a claim of the thief': { as: 'thief', door: at, body: claim, ...forbidden },
  'a claim of an auditor': { as: 'ada', door: at, body: claim, ...forbidden },
  'a claim about nothing': { door: at, body: { ...claim, incident: 'inc-never' }, ...refused('no incident') },
  'a claim of nothing': { door: at, body: { ...claim, said: ' ' }, ...unreadable('said') },
  'a claim of 1,001 characters': { door: at, body: { ...claim, said: long(1001) }, ...unreadable('said') },
  'a claim of a name of 201 characters': { door: at, body: { ...claim, by: long(201) }, ...unreadable('by') },
  'a claim that signs for somebody': { door: at, body: { ...claim, actor: 'Leo' }, ...unreadable('actor') },
  'a claim that contains': { door: at, body: { ...claim, state: 'released' }, ...unreadable('state') },
  'a claim about a network that is none': {
    door: at,
    body: { ...claim, about: { address: '203.0.113.0/99' } },
    ...unreadable('203.0.113.0/24'),
  },
  'a claim about a prototype': {
    door: at,
    body: `{"action":"claim","incident":"$incident","said":"x","about":{"__proto__":{"kind":"audit"}},"holds":"never"}`,
    ...unreadable('about'),
  },
  'a claim that half says what it is about': {
    door: at,
    body: { ...claim, holds: undefined },
    ...refused('goes with the other'),
  },
  'a claim about an access key': {
    door: at,
    body: { ...claim, about: { identity: `AKIA${'A'.repeat(16)}` } },
    ...refused('by its ARN'),
  },
  'a claim that wants to be more': {
    door: at,
    body: { ...claim, said: `$word claims ${mention}`, by: '<@U0LEAD>' },
    status: 200,
    says: 'Rosa',
    ledger: `<@U0LEAD> says: “$word claims ${mention}”`,
  },
  'a field whose value wants to be more': {
    door: at,
    body: { ...field, words: [{ take: 'set', field: 'outcome', value: `$word \u001b[2J${mention}` }] },
    status: 200,
    says: 'outcome',
    ledger: 'set: outcome',
  },
};

const transfer = { action: 'transfer', incident: '$incident', to: 'K. Meier', reason: 'warrant' };
const seals: Readonly<Record<string, DoorAttack>> = {
  'a seal of nothing': { door: 'SealUrl', body: { action: 'seal', incident: 'inc-never' }, ...refused('no incident') },
  'a seal of 2,049 characters': {
    door: 'SealUrl',
    body: { action: 'seal', incident: long(2049) },
    ...unreadable('incident'),
  },
  'a seal as a run asks for it': {
    door: 'SealUrl',
    body: { incident: '$incident', run: 'forged' },
    ...unreadable('action'),
  },
  'a transfer of nothing': { door: 'SealUrl', body: { ...transfer, incident: 'inc-never' }, ...refused('no incident') },
  'a transfer of 2,049 characters': {
    door: 'SealUrl',
    body: { ...transfer, incident: long(2049) },
    ...unreadable('incident'),
  },
  'a transfer of an artefact that is none': {
    door: 'SealUrl',
    body: { ...transfer, artefacts: ['../x'] },
    ...refused('no artefact'),
  },
  'a transfer of an artefact of 3000 characters': {
    door: 'SealUrl',
    body: { ...transfer, artefacts: [long(3000)] },
    ...unreadable('artefacts'),
  },
  'a transfer at a time of 3000 characters': {
    door: 'SealUrl',
    body: { ...transfer, at: long(3000) },
    ...unreadable('at'),
  },
  'a transfer in the future': { door: 'SealUrl', body: { ...transfer, at: '9999-01-01T00:00Z' }, ...refused('') },
  'a transfer to 201 characters': { door: 'SealUrl', body: { ...transfer, to: long(201) }, ...unreadable('to') },
};

const rosa = { name: 'Rosa', slack: 'U0RESPONDER', iam: 'arn:aws:iam::111122223333:user/rosa' };
const leo = { name: 'Leo', slack: 'U0LEAD', iam: 'arn:aws:iam::111122223333:user/leo' };
const setting = (settings: object, more: object = {}): Pick<DoorAttack, 'door' | 'body'> => ({
  door: 'SettingsUrl',
  body: { action: 'set', on: '$version', settings, reason: 'let me', ...more },
});
const people = (...approvers: object[]) => setting({ approvers: [rosa, leo, ...approvers] });
const order = { name: 'all', author: 'Eve', date: '2026-11-29', because: 'x', question: 'quarantine', severity: 'low' };
const settings: Readonly<Record<string, DoorAttack>> = {
  'the same Slack id twice': { ...people({ name: 'Eve', slack: rosa.slack }), ...refused('is there twice') },
  'the same IAM user twice': { ...people({ name: 'Eve', iam: rosa.iam }), ...refused('is there twice') },
  'the same name twice': { ...people({ name: 'Rosa', slack: 'U0OTHER' }), ...refused('is there twice') },
  'any role as an approver': {
    ...people({ name: 'Eve', iam: 'arn:aws:iam::111122223333:role/*' }),
    ...refused('approvers'),
  },
  'root as an approver': { ...people({ name: 'Eve', iam: 'arn:aws:iam::111122223333:root' }), ...refused('approvers') },
  'silence as an approver': { ...people({ name: 'silence', slack: 'U0SILENCE' }), ...refused('approvers') },
  'an approver who is nobody': { ...people({ name: 'Eve' }), ...refused('approvers') },
  'an order without an end': {
    ...setting({ standingOrders: [{ ...order, when: { types: ['X'] } }] }),
    ...refused('until'),
  },
  'an order about everything': {
    ...setting({ standingOrders: [{ ...order, until: '2027-01-01', when: { types: ['*'] } }] }),
    ...refused('may not match everything'),
  },
  'a setting that nobody knows': { ...setting({ aprovers: [] }), ...refused('aprovers') },
  'where findings come from': { ...setting({ hub: '777788889999' }), ...refused('hub') },
  'a prototype among the settings': {
    door: 'SettingsUrl',
    body: `{"action":"set","on":$version,"settings":{"__proto__":{"mode":"observe"}},"reason":"let me"}`,
    ...refused(''),
  },
  'settings that are a list': {
    door: 'SettingsUrl',
    body: { action: 'set', on: '$version', settings: [], reason: 'let me' },
    ...unreadable(),
  },
  'a change of another version': { ...setting({ mode: 'observe' }, { on: 999_999 }), ...refused('counts now') },
  'a change that nobody proposed': {
    door: 'SettingsUrl',
    body: { action: 'approve', change: 'a'.repeat(16) },
    ...refused('no such change'),
  },
  'a change of 2,049 characters': {
    door: 'SettingsUrl',
    body: { action: 'approve', change: long(2049) },
    ...unreadable('change'),
  },
  'settings of 300 KB': { ...setting({ breakGlass: [`arn:${long(300_000)}`] }), ...tooLong },
};

export const doorAttacks = { signatures, bodies, decisions, endings, clocks, seals, settings };
