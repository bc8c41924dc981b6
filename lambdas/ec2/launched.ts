/** An instance that was launched from an image or a snapshot. */
export interface Launched {
  readonly id: string;
  /** EC2's word for it: `running`, `stopped`, … */
  readonly state: string;
}
