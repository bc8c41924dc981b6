/** How AWS says no: whether it is forbidden, or not there. */
const denied = /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|AuthFailure/;
const gone =
  /NotFound|NoSuch|DoesNotExist|NonExistent|ResourceNotFoundException|StateMachineDoesNotExist|ObjectLockConfigurationNotFoundError/;

const wordsOf = (error: unknown): { name: string; message: string } =>
  error instanceof Error ? error : { name: 'Error', message: String(error) };

export const isDenied = (error: unknown): boolean => denied.test(wordsOf(error).name);
export const isGone = (error: unknown): boolean => gone.test(wordsOf(error).name);

/** The action AWS names as forbidden, where it does. */
export const forbidden = (error: unknown): string | undefined =>
  /not authorized to perform:? ([\w-]+:\w+)/.exec(wordsOf(error).message)?.[1];
