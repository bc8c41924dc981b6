import canonicalize from 'canonicalize';
import { beforeStateItem } from '../items/before-state.ts';
import { copied } from '../items/copied.ts';
import { incidentItem, partitionOf } from '../items/incident.ts';
import type { Item } from '../items/item.ts';
import { sha256 } from './export/files.ts';

/** Under which all copies lie in the vault. */
export const folder = 'copies/';

/** A copy of one item of the incident table, as it lies in the vault. */
export interface Copy {
  readonly key: string;
  /** The item as canonical JSON (RFC 8785). */
  readonly body: Uint8Array;
  /** Of the body, in hex. */
  readonly sha256: string;
}

const bare = ({ pk }: Item): string => String(pk).slice(partitionOf('').length);

/** `ledger/000007`, `before/swap-instance-profile` or `incident`: the target of a before-state stands in it. */
function nameOf(item: Item): string {
  const [, part = ''] = String(item.sk).split('#');
  if (incidentItem.isOf(item)) return 'incident';
  return `${beforeStateItem.isOf(item) ? 'before' : 'ledger'}/${part}`;
}

/** Of which items there are copies: those of an incident, of the kinds that are copied. */
export const isCopied = (item: Item): boolean =>
  String(item.pk).startsWith(partitionOf('')) && copied.some(({ isOf }) => isOf(item));

/**
 * The copy of an item. Its name holds the hash of what is in it: the same again is the same object, which is not written twice, and an
 * item that was changed makes another one beside it.
 */
export function copyOf(item: Item): Copy {
  const body = new TextEncoder().encode(canonicalize(item) ?? '');
  const hash = sha256(body);
  return { key: `${folder}${bare(item)}/${nameOf(item)}-${hash}.json`, body, sha256: hash };
}
