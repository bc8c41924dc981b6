// The workspace as a page: channels, messages, threads, modals. No script is needed to read it; clicking needs browser.js.
import { html } from 'hono/html';
import { block, modal } from './blocks.ts';
import { buttonsOf } from './limits.ts';
import { type Html, mrkdwn, type Names } from './mrkdwn.ts';
import { channelName, type Message, personOf, type Workspace } from './workspace.ts';

const when = (ts: string) => new Date(Number(ts) * 1000);
const clock = (ts: string) => when(ts).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = (ts: string) => when(ts).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** Our own mark, a bar drawn tight across a limb: Slack's belongs to Slack. */
const mark = html`<svg class="mark" viewBox="0 0 36 36" aria-hidden="true"><rect width="36" height="36" rx="9"/><path d="M10 7.5v8.2M10 20.3v8.2M26 7.5v8.2M26 20.3v8.2"/><path class="band" d="M6 18h24"/></svg>`;

function namesIn(workspace: Workspace): Names {
  return {
    person: (id) => personOf(workspace, id).name,
    channel: (id) => channelName(workspace, id),
  };
}

function repliesTo(workspace: Workspace, { channel, ts }: Message): Message[] {
  return workspace.messages.filter((each) => each.channel === channel && each.thread_ts === ts && each.ts !== ts);
}

function thread(workspace: Workspace, replies: Message[]): Html | '' {
  if (replies.length === 0) return '';
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  const last = replies.at(-1)?.ts ?? '';
  return html`<details class="thread" open><summary><strong>${count}</strong> <span class="muted">last at ${clock(last)}</span></summary>${replies.map((reply) => message(workspace, reply))}</details>`;
}

function body(workspace: Workspace, { text, blocks, edited }: Message): Html {
  const names = namesIn(workspace);
  const shown =
    blocks.length > 0 ? blocks.map((each) => block(each, names)) : html`<div class="text">${mrkdwn(text, names)}</div>`;
  const times = edited === 1 ? 'edited once' : `edited ${edited} times`;
  return html`<div class="blocks">${shown}</div>${edited > 0 && html`<p class="edited" title="${times}">(edited)</p>`}`;
}

function message(workspace: Workspace, each: Message): Html {
  const { ts, ephemeral, edited, channel } = each;
  const replies = repliesTo(workspace, each);
  // What the script compares to see which messages changed, so that it leaves the others and the focus in them alone.
  const hash = [edited, ...replies.map((reply) => `${reply.ts}.${reply.edited}`)].join('-');
  const only =
    ephemeral &&
    html`<p class="only"><span aria-hidden="true">◔</span> Only ${personOf(workspace, ephemeral).name} sees this</p>`;
  const head = html`<header class="head"><strong class="author">Tourniquet</strong> <span class="app">App</span> <time class="posted" datetime="${when(ts).toISOString()}" title="${when(ts).toISOString()}">${clock(ts)}</time></header>`;
  return html`<article class="message${ephemeral ? ' ephemeral' : ''}" data-key="${ts}" data-hash="${hash}" data-ts="${ts}" data-channel="${channel}" tabindex="-1" aria-label="Tourniquet at ${clock(ts)}">${mark}<div class="content">${only}${head}${body(workspace, each)}<p class="outcome" role="status"></p>${thread(workspace, replies)}</div></article>`;
}

type Channel = { id: string; name: string; posts: Message[]; open: number };

function channelsOf(workspace: Workspace): Channel[] {
  const ids = new Set([
    ...Object.keys(workspace.settings.channels),
    ...workspace.messages.map(({ channel }) => channel),
  ]);
  return [...ids].map((id) => {
    const posts = workspace.messages.filter((each) => each.channel === id);
    const open = posts.filter((each) => !each.ephemeral && buttonsOf(each.blocks).length > 0).length;
    return { id, name: channelName(workspace, id), posts, open };
  });
}

/** Where something waits for an answer, else where something was said last. */
function first(channels: Channel[]): Channel | undefined {
  const last = (channel: Channel) => Number(channel.posts.at(-1)?.ts ?? 0);
  return channels.find(({ open }) => open > 0) ?? [...channels].sort((a, b) => last(b) - last(a))[0];
}

function channelList(channels: Channel[], shown: Channel | undefined): Html {
  const items = channels.map(({ id, name, open }) => {
    const here = id === shown?.id ? html` aria-current="page"` : '';
    const badge = open > 0 && html` <span class="badge">${open}<span class="hidden"> waiting</span></span>`;
    return html`<li><a href="/?channel=${id}"${here}><span><span aria-hidden="true" class="hash">#</span>${name}</span>${badge}</a></li>`;
  });
  return html`<nav aria-label="Channels" data-key="channels"><h2>Channels</h2><ul>${items}</ul></nav>`;
}

function posts(workspace: Workspace, { posts }: Channel): Html {
  const top = posts.filter((each) => !each.thread_ts || each.thread_ts === each.ts);
  return html`${top.map((each, at) => {
    const before = top[at - 1];
    const rule = !before || day(before.ts) !== day(each.ts);
    return html`${rule && html`<p class="day" data-key="day-${each.ts}" data-hash=""><span>${day(each.ts)}</span></p>`}${message(workspace, each)}`;
  })}`;
}

const nothingYet = html`<div class="empty" data-key="empty" data-hash="">${mark}<p><strong>Nothing posted yet.</strong></p><p>What the app posts shows here by itself; there is no need to reload.</p></div>`;

function topBar(workspace: Workspace): Html {
  const options = workspace.settings.people.map(
    ({ id, name, role }) => html`<option value="${id}">${name}${role && ` (${role})`}</option>`,
  );
  return html`<header class="top"><div class="brand">${mark}<div><h1>Tourniquet sandbox <span class="tag">Slack stand-in</span></h1><p>This is not Slack, and nothing here leaves this machine.<span class="wide"> Clicks are signed and really sent to the app.</span></p></div></div><label class="who"><span>Click as</span><select id="user">${options}</select></label></header>`;
}

const confirmDialog = html`<dialog class="modal" id="confirm" aria-labelledby="confirm-title" aria-describedby="confirm-text"><form method="dialog"><header><h2 id="confirm-title"></h2></header><div class="modal-body"><p id="confirm-text"></p></div><footer><button type="submit" class="button" value="no"></button><button type="submit" class="button" value="yes"></button></footer></form></dialog>`;

export function page(workspace: Workspace, asked: string | null): string {
  const channels = channelsOf(workspace);
  const shown = channels.find(({ id }) => id === asked) ?? first(channels);
  const name = shown?.name ?? 'no channel yet';
  const log = shown && shown.posts.length > 0 ? posts(workspace, shown) : nothingYet;
  const names = namesIn(workspace);
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>#${name} · Tourniquet sandbox (Slack stand-in)</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/browser.js" defer></script>
</head>
<body>
${topBar(workspace)}
<div id="channels" class="channels">${channelList(channels, shown)}</div>
<main data-channel="${shown?.id ?? ''}"><div class="title"><h2><span aria-hidden="true" class="hash">#</span>${name}</h2><p class="live" id="live">Live</p></div><div id="log" role="log" aria-label="Messages in ${name}" tabindex="0">${log}</div></main>
<div id="views">${workspace.views.map((view) => modal(view, names))}</div>
${confirmDialog}
</body>
</html>`}`;
}
