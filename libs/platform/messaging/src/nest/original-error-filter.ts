import { ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError } from 'rxjs';

/**
 * Hands the original error of a message handler on; Nest's default would leave only "Internal server error" for the dead
 * letter. On each handler itself: a global filter set after `connectMicroservice` comes too late, and is silently left out.
 */
@Catch()
export class OriginalErrorFilter implements ExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost) {
    return throwError(() => error);
  }
}
