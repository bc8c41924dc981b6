import { isoMoment } from '../moment.ts';
import { columnsOf, present } from './fields.ts';
import type { LineReader } from './reader.ts';

/** klog: severity, month and day, time, thread, place in the source. It has no year. */
const klog = /^([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d+) +(\d+) ([\w.-]+:\d+)\] (.*)$/s;

/** The other logs of the control plane of EKS: API server, controllers, scheduler. */
export const eksControlPlane = (year: number): LineReader => ({
  read(line, around) {
    const found = klog.exec(line);
    if (!found) return null;
    const [, severity = '', month, day, time, , place = '', message = ''] = found;
    const own = isoMoment(`${around.at?.time.slice(0, 4) ?? year}-${month}-${day}T${time}Z`);
    const at = own ?? around.at;
    if (!at) return 'Its time is none.';
    return {
      format: 'eks-control-plane',
      kind: 'kubernetes',
      at,
      actor: null,
      action: place.replace(/:\d+$/, ''),
      resources: present(around.stream),
      address: null,
      outcome: severity === 'E' || severity === 'F' ? 'failure' : 'unknown',
      columns: () => columnsOf(['severity', 'place', 'message'], [severity, place, message]),
      ...(around.at === null && { doubt: `Times without a year are read as of ${year}, the file's own.` }),
    };
  },
});
