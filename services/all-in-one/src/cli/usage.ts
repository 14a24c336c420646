import { SightlineError } from '@sightline/contracts';

/** The command line says something that cannot be done: exit code 2. */
export class UsageError extends SightlineError {
  constructor(message: string) {
    super('usage', message);
  }
}
