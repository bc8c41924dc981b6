import { isoMoment } from '../moment.ts';
import { present, said } from './fields.ts';
import type { JsonReader } from './reader.ts';

/** What a container wrote, as Docker's `json-file` and Fluent Bit keep it. */
export const readContainer: JsonReader = (record, around) => {
  if (typeof record.log !== 'string') return null;
  const at = isoMoment(said(record, 'time') ?? said(record, '@timestamp') ?? '') ?? around.at;
  if (!at) return null;
  const [pod, namespace] = [said(record, 'kubernetes', 'pod_name'), said(record, 'kubernetes', 'namespace_name')];
  const name = said(record, 'kubernetes', 'container_name') ?? said(record, 'container_name');
  return {
    format: 'container',
    kind: 'compute',
    at,
    actor: null,
    action: `container ${said(record, 'stream') ?? said(record, 'source') ?? 'log'}`,
    resources: present(
      pod && namespace ? `${namespace}/${pod}` : pod,
      name,
      said(record, 'container_id'),
      around.stream,
    ),
    address: null,
    outcome: 'unknown',
  };
};

/** Whatever a program logs as JSON to CloudWatch Logs, which knows when and where; without that it would be no log of ours. */
export const readLogged: JsonReader = (record, around) => {
  if (!around.at) return null;
  const level = said(record, 'level') ?? said(record, 'severity');
  const about = { actor: null, resources: present(around.stream ?? around.group), address: null };
  const action = level ? `log ${level.toLowerCase()}` : 'message';
  return { format: 'system', kind: 'compute', at: around.at, action, ...about, outcome: 'unknown' };
};
