/** What a lever's pure plan says: the state we mean to reach, or why there is nothing to do, or why we will not. */
export type LeverPlan<Before> = { readonly ours: Before } | { readonly nothing: string } | { readonly refused: string };
