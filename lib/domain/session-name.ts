/** The name of a session that acts for a run: of the run’s characters those that STS takes, and as many (STS API reference, AssumeRole). */
export const sessionName = (run: string): string => run.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
