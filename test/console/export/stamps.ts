/** What may have been done to an export's time-stamp, each as whoever did it would, and what has to be named. */
import { X509Certificate } from 'node:crypto';
import { type Files, names, timeStampName } from '../../../lib/record/export/files.ts';
import { type Authority, openAuthority, refusal } from './authority.ts';
import { entries, exportOf, itemsOf, type Pair, withFiles } from './record.ts';
import type { Tampering } from './tampering.ts';

const minute = 60_000;
/** Of before the whole record: a true authority stamps with the time there is, whenever this runs. */
const recent = entries.map((entry, index) => ({
  ...entry,
  at: new Date(Date.now() - (60 - index) * minute).toISOString(),
}));

const rootOf = (authority: Authority): Uint8Array => new X509Certificate(authority.pem('root')).raw;
const signatureIn = (files: Files): Uint8Array => files.get(names.signature) ?? new Uint8Array();
const stampedBy = (files: Files, stamp: Uint8Array): Files => withFiles(files, { [timeStampName]: stamp });

/** An export that its authority has stamped, and everything that may have been done to the stamp. `close` takes both authorities away. */
export function stampedExport(pair: Pair) {
  const authority = openAuthority();
  const foreign = openAuthority('Foreign');
  const bare = exportOf(itemsOf(recent), pair);
  const over = signatureIn(bare);
  const whole = stampedBy(bare, authority.stamp(over));
  const root = rootOf(authority);
  return {
    authority,
    root,
    whole,
    tamperings: tamperings(pair, authority, foreign, whole),
    foreignRoot: foreign.pem('root'),
    close: (): void => {
      authority.close();
      foreign.close();
    },
  };
}

function tamperings(pair: Pair, authority: Authority, foreign: Authority, whole: Files): Tampering[] {
  const over = signatureIn(whole);
  const stamp = Buffer.from(whole.get(timeStampName) ?? []);
  authority.issue('expired', { extensions: 'stamps', from: -48, to: -1 });
  authority.issue('serves', { extensions: 'serves' });
  const { serialNumber: serial } = new X509Certificate(authority.pem('tsa'));
  authority.issue('twin', { extensions: 'stamps', key: 'tsa', serial, to: 9 });
  const expected = { authority: [rootOf(authority)] };
  const change = (what: string, to: Uint8Array | null, told: string): Tampering => ({
    what: `the time-stamp: ${what}`,
    expected,
    names: { file: timeStampName, what: told },
    files: withFiles(whole, { [timeStampName]: to }),
  });
  // Whoever gets hold of the key can sign another record whenever they like, and has no stamp of then.
  const rewritten = recent.map((entry, index) => (index === 4 ? { ...entry, what: 'declined quarantine' } : entry));
  const otherTime = Buffer.from(stamp);
  otherTime.write('19', stamp.indexOf(`${new Date().getUTCFullYear()}`));
  return [
    {
      ...change('kept, and all below it signed anew with the very key', null, 'is over other bytes than manifest.sig'),
      files: stampedBy(exportOf(itemsOf(rewritten), pair), stamp),
    },
    change('taken away', null, 'manifest.sig.tsr is missing: no authority says when'),
    change('cut', stamp.subarray(0, -7), 'The stamp is cut short or damaged'),
    change('its time moved', otherTime, 'The stamp was changed after it was made'),
    change('refused', refusal('later'), 'The authority returned no stamp: status 2, later'),
    change('something else that the authority signed', authority.signed(over), 'the authority signed something else'),
    change('by a foreign authority', foreign.stamp(over), 'the certificate of CN=Foreign tsa does not lead to one'),
    change('by an expired certificate', authority.lie({ over }, 'expired'), 'CN=Stand-in expired is valid from'),
    change('by a certificate for servers', authority.lie({ over }, 'serves'), 'CN=Stand-in serves was not issued for'),
    change('with a twin of its certificate', authority.withCertificates(stamp, 'twin'), 'names another certificate'),
    change(
      'over a weak hash',
      authority.lie({ over }, 'tsa', ['-cades', '-md', 'sha1']),
      'uses a hash that is no longer secure',
    ),
    change('without naming who', authority.lie({ over }, 'tsa', []), 'does not name the certificate'),
    change(
      'of before the end',
      authority.lie({ over, at: new Date(Date.now() - 58 * minute) }),
      'one of the two clocks was wrong',
    ),
  ];
}
