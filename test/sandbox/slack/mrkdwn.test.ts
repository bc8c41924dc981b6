import { expect, test } from 'vitest';
import { mrkdwn } from './mrkdwn.ts';

const names = { person: (id: string) => (id === 'U1' ? 'Rosa' : id), channel: () => 'incidents' };

test.each([
  ['*bold* _it_ ~gone~', '<p><strong>bold</strong> <em>it</em> <s>gone</s></p>'],
  ['*_both_*', '<p><strong><em>both</em></strong></p>'],
  ['2*3*4 and snake_case_name', '<p>2*3*4 and snake_case_name</p>'],
  ['`a*b*c &lt;x&gt;`', '<p><code>a*b*c &lt;x&gt;</code></p>'],
  ['```\n*not* bold\n```', '<pre><code>*not* bold</code></pre>'],
  [
    '<@U1> in <#C1>, <!here>',
    '<p><span class="mention">@Rosa</span> in <span class="mention">#incidents</span>, <span class="mention">@here</span></p>',
  ],
  [
    '<https://a.example/?x=1&amp;y=2|the page>',
    '<p><a href="https://a.example/?x=1&amp;y=2" rel="noreferrer nofollow" target="_blank">the page</a></p>',
  ],
  ['<javascript:alert(1)|x>', '<p>&lt;javascript:alert(1)|x&gt;</p>'],
  ['*Why*\n• one\n- two\n\nthen', '<p><strong>Why</strong></p><ul><li>one</li><li>two</li></ul><p>then</p>'],
  ['1. one\n2. two', '<ol><li value="1">one</li><li value="2">two</li></ol>'],
  ['> said', '<blockquote>said</blockquote>'],
  [
    ':lock: 10:30:45 :nope:',
    '<p><span class="emoji" role="img" aria-label="lock" title=":lock:">🔒</span> 10:30:45 :nope:</p>',
  ],
  [
    '<!date^0^at {nothing}|1970>',
    '<p><time datetime="1970-01-01T00:00:00.000Z" title="1970-01-01T00:00:00.000Z">at {nothing}</time></p>',
  ],
  ['<b>&amp;lt;', '<p>&lt;b&gt;&amp;lt;</p>'],
])('%s', (text, html) => {
  expect(`${mrkdwn(text, names)}`).toBe(html);
});
