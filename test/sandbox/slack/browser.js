// Runs in the page. Keeps it up to date and turns clicks into POST /click, /submit and /close, the same calls a test makes.
const user = document.querySelector('#user');
const log = document.querySelector('#log');
const confirmDialog = document.querySelector('#confirm');
const live = document.querySelector('#live');

const remembered = sessionStorage.getItem('user');
if (remembered && [...user.options].some((option) => option.value === remembered)) user.value = remembered;

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
/** A message longer than the window is read from its top, not from its buttons. */
function toEnd() {
  const last = log.lastElementChild;
  if (last && last.offsetHeight > log.clientHeight) last.scrollIntoView();
  else log.scrollTop = log.scrollHeight;
}

/** A form that comes back with mistakes keeps what was entered, as Slack's does (docs.slack.dev, "Modals"). */
function keepEntered(old, next) {
  for (const input of old.querySelectorAll('[name]')) {
    const place = next.querySelector(`[name="${CSS.escape(input.name)}"]`);
    if (place) place.value = input.value;
  }
}

/** Takes over only what changed, so that focus, open threads and half-written reasons stay. */
function sync(now, next, fresh) {
  const old = new Map([...now.children].map((child) => [child.dataset.key, child]));
  const children = [...next.children].map((child) => {
    const same = old.get(child.dataset.key);
    if (same && same.dataset.hash === child.dataset.hash) return same;
    if (!same && fresh) child.classList.add('fresh');
    const made = document.importNode(child, true);
    if (same && made.matches('dialog')) keepEntered(same, made);
    return made;
  });
  const focused = document.activeElement?.closest?.('[data-key]')?.dataset.key;
  if (children.length === now.children.length && children.every((child, at) => child === now.children[at])) return;
  now.replaceChildren(...children);
  const again =
    focused && !now.contains(document.activeElement) && now.querySelector(`[data-key="${CSS.escape(focused)}"]`);
  if (again) again.focus({ preventScroll: true });
}

function showModals() {
  for (const dialog of document.querySelectorAll('#views dialog')) {
    const mine = dialog.dataset.user === user.value;
    if (mine && !dialog.open) dialog.showModal();
    if (!mine && dialog.open) dialog.close();
  }
}

async function redraw() {
  const response = await fetch(location.href);
  const next = new DOMParser().parseFromString(await response.text(), 'text/html');
  const main = document.querySelector('main');
  const { channel } = next.querySelector('main').dataset;
  // Without ?channel= the server may by now show another channel than the one being read.
  if (main.dataset.channel && main.dataset.channel !== channel) {
    location.replace(`/?channel=${main.dataset.channel}`);
    return;
  }
  const follow = atEnd();
  const focused = document.activeElement !== document.body;
  main.dataset.channel = channel;
  log.ariaLabel = next.querySelector('#log').ariaLabel;
  document.title = next.title;
  for (const part of ['#channels', '.title h2'])
    document.querySelector(part).replaceChildren(...next.querySelector(part).childNodes);
  sync(log, next.querySelector('#log'), true);
  sync(document.querySelector('#views'), next.querySelector('#views'), false);
  showModals();
  if (focused && document.activeElement === document.body) log.focus({ preventScroll: true });
  if (follow) toEnd();
}

let queue = Promise.resolve();
let waiting;
/** However many changes arrive while one is being drawn, they cost one more drawing. */
function refresh() {
  waiting ??= queue.then(() => {
    waiting = undefined;
    return redraw();
  });
  queue = waiting.catch(() => {});
  return queue;
}

async function send(path, order) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  return response.json();
}

function verdict({ error, operation_timeout, status, ms }) {
  if (error) return { bad: true, text: error };
  if (operation_timeout)
    return { bad: true, text: `Operation timed out: the app answered after ${ms} ms, Slack waits 3000.` };
  if (status < 200 || status > 299)
    return { bad: true, text: `The app answered ${status} in ${ms} ms. Slack shows a warning sign here.` };
  return { bad: false, text: `Sent. The app answered ${status} in ${ms} ms.` };
}

/** Looked up again each time: by now the message may have been redrawn. */
function say(selector, outcome) {
  const place = document.querySelector(`${selector} .outcome`);
  if (!place) return;
  const { bad, text } = verdict(outcome);
  place.classList.toggle('bad', bad);
  place.textContent = text;
}

function ask(question) {
  const [no, yes] = confirmDialog.querySelectorAll('footer button');
  confirmDialog.querySelector('h2').textContent = question.title.text;
  confirmDialog.querySelector('#confirm-text').textContent = question.text.text.replace(/[*_`~]/g, '');
  no.textContent = question.deny.text;
  yes.textContent = question.confirm.text;
  yes.className = `button ${question.style ?? 'primary'}`;
  confirmDialog.returnValue = '';
  confirmDialog.showModal();
  return new Promise((resolve) => {
    confirmDialog.addEventListener('close', () => resolve(confirmDialog.returnValue === 'yes'), { once: true });
  });
}

async function press(button) {
  if (button.ariaBusy === 'true') return;
  if (button.dataset.confirm && !(await ask(JSON.parse(button.dataset.confirm)))) return;
  const { ts } = button.closest('article').dataset;
  button.ariaBusy = 'true';
  const outcome = await send('/click', { ts, action_id: button.dataset.action, user: user.value });
  button.ariaBusy = 'false';
  await refresh();
  say(`article[data-ts="${ts}"]`, outcome);
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-action]');
  if (button) press(button);
  const dialog = event.target.closest('[data-close]')?.closest('dialog');
  if (dialog) cancel(dialog);
});

document.addEventListener('submit', async (event) => {
  const dialog = event.target.closest('dialog[data-view]');
  if (!dialog) return;
  event.preventDefault();
  const entered = [...new FormData(event.target)].filter(([, value]) => value !== '');
  // Slack sends moments in seconds since 1970.
  const isMoment = (name) => event.target.elements[name]?.dataset.seconds !== undefined;
  const seconds = (value) => String(Math.floor(new Date(value).getTime() / 1000));
  // What is ticked comes as one value a box, and goes as one.
  const values = {};
  for (const [name, value] of entered) {
    const one = isMoment(name) ? seconds(value) : value;
    values[name] = name in values ? `${values[name]},${one}` : one;
  }
  const outcome = await send('/submit', { view_id: dialog.dataset.view, user: user.value, values });
  await refresh();
  say(`dialog[data-view="${dialog.dataset.view}"]`, outcome);
});

async function cancel(dialog) {
  await send('/close', { view_id: dialog.dataset.view, user: user.value });
  await refresh();
}

// Escape, and the phone's back gesture.
document.addEventListener('cancel', ({ target }) => target.dataset.view && cancel(target), true);

user.addEventListener('change', () => {
  sessionStorage.setItem('user', user.value);
  showModals();
});

const events = new EventSource('/events');
events.onmessage = refresh;
events.onopen = () => {
  live.textContent = 'Live';
  live.classList.remove('lost');
};
events.onerror = () => {
  live.textContent = 'Lost: has the sandbox stopped?';
  live.classList.add('lost');
};
showModals();
toEnd();
