/** An instance's disks, and what is kept of each. */
export interface Disks {
  /** State of the instance as EC2 calls it; `gone` where it no longer shows it. */
  readonly state: string;
  readonly volumes: readonly {
    readonly id: string;
    readonly fate: 'stays' | 'goes';
    readonly copy: { readonly id: string; readonly state: string } | null;
  }[];
}
