// Blocks and modals as Slack lays them out.
import { html } from 'hono/html';
import type { Block, Button, Input } from './limits.ts';
import { type Html, type Names, plainText, words } from './mrkdwn.ts';
import type { View } from './workspace.ts';

function button(button: Button): Html {
  const look = `button ${button.style ?? ''}`.trim();
  // The page's script asks the confirm dialog's question from this attribute.
  const confirm = button.confirm ? html` data-confirm="${JSON.stringify(button.confirm)}"` : '';
  const label = button.accessibility_label ? html` aria-label="${button.accessibility_label}"` : '';
  return html`<button type="button" class="${look}" data-action="${button.action_id}"${confirm}${label}>${plainText(button.text.text)}</button>`;
}

/** The page fetches nothing from outside, so a picture shows as what it says of itself. */
const picture = (alt: string): Html => html`<span class="picture" role="img" aria-label="${alt}">${alt}</span>`;

function section(block: Extract<Block, { type: 'section' }>, names: Names): Html {
  const { text, fields, accessory } = block;
  const aside = accessory && (accessory.type === 'button' ? button(accessory) : picture(accessory.alt_text));
  const main = html`${text && html`<div class="text">${words(text, names)}</div>`}${
    fields &&
    html`<div class="fields">${fields.map((field) => html`<div class="text">${words(field, names)}</div>`)}</div>`
  }`;
  return html`<div class="section"><div class="grow">${main}</div>${aside && html`<div class="accessory">${aside}</div>`}</div>`;
}

function context(block: Extract<Block, { type: 'context' }>, names: Names): Html {
  const parts = block.elements.map((element) =>
    element.type === 'image' ? picture(element.alt_text) : html`<span class="text">${words(element, names)}</span>`,
  );
  return html`<div class="context">${parts}</div>`;
}

/** The field of an input, by what is entered there. */
function field({ element, optional }: Input, id: string, about: Html): Html {
  const needed = optional ? '' : html`required`;
  const named = html`id="${id}" name="${element.action_id}" ${needed} ${about}`;
  if (element.type === 'static_select') {
    const first = element.initial_option?.value;
    const options = element.options.map(
      (one) =>
        html`<option value="${one.value}"${one.value === first && html` selected`}>${plainText(one.text.text)}</option>`,
    );
    // Without an initial option Slack chooses none.
    const none = html`<option value="">${element.placeholder?.text ?? 'Choose an option'}</option>`;
    return html`<select ${named}>${first === undefined && none}${options}</select>`;
  }
  if (element.type === 'checkboxes') {
    const first = (element.initial_options ?? []).map(({ value }) => value);
    const boxes = element.options.map(
      (one) =>
        html`<label><input type="checkbox" name="${element.action_id}" value="${one.value}"${first.includes(one.value) && html` checked`}> ${plainText(one.text.text)}${one.description && html` <small>${plainText(one.description.text)}</small>`}</label>`,
    );
    return html`<div id="${id}" role="group" ${about}>${boxes}</div>`;
  }
  // The reader's own zone, as in Slack; the page's script sends seconds.
  if (element.type === 'datetimepicker') return html`<input type="datetime-local" data-seconds ${named}>`;
  const rules = html`maxlength="${element.max_length ?? 3000}" minlength="${element.min_length ?? 0}"`;
  const shared = html`${named} ${rules} placeholder="${element.placeholder?.text ?? ''}"`;
  return element.multiline
    ? html`<textarea ${shared} rows="4">${element.initial_value ?? ''}</textarea>`
    : html`<input type="text" autocomplete="off" ${shared} value="${element.initial_value ?? ''}">`;
}

function input(block: Input, error: string | undefined): Html {
  const { label, hint, optional } = block;
  const id = `input-${block.block_id}`;
  const about = html`aria-describedby="${id}-about" ${error ? html`aria-invalid="true"` : ''}`;
  const rest = html`${hint && plainText(hint.text)} ${error && html`<strong class="error">${error}</strong>`}`;
  return html`<div class="input"><label for="${id}">${plainText(label.text)}${optional && html` <span class="muted">(optional)</span>`}</label>${field(block, id, about)}<div class="hint" id="${id}-about">${rest}</div></div>`;
}

export function block(each: Block, names: Names, errors: Record<string, string> = {}): Html {
  if (each.type === 'section') return section(each, names);
  if (each.type === 'header') return html`<h3 class="header">${plainText(each.text.text)}</h3>`;
  if (each.type === 'context') return context(each, names);
  if (each.type === 'actions') return html`<div class="actions" role="group">${each.elements.map(button)}</div>`;
  if (each.type === 'image') return html`<figure>${picture(each.alt_text)}</figure>`;
  return each.type === 'input' ? input(each, errors[each.block_id ?? '']) : html`<hr>`;
}

export function modal(view: View, names: Names): Html {
  const title = html`<h2 id="title-${view.id}">${plainText(view.title.text)}</h2>`;
  const send =
    view.submit && html`<button type="submit" class="button primary">${plainText(view.submit.text)}</button>`;
  return html`<dialog class="modal" data-key="${view.id}" data-hash="${view.hash}${JSON.stringify(view.errors ?? {})}" data-view="${view.id}" data-user="${view.user}" aria-labelledby="title-${view.id}"><form method="dialog"><header>${title}</header><div class="modal-body blocks">${view.blocks.map((each) => block(each, names, view.errors))}<p class="outcome" role="alert"></p></div><footer><button type="button" class="button" data-close>${plainText(view.close?.text ?? 'Cancel')}</button>${send}</footer></form></dialog>`;
}
