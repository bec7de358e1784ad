import { HttpProblem } from '@banyan/http';

const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="banyan"' };

/** The same for a wrong password and for nobody's e-mail. */
export class SignInFailed extends HttpProblem {
  constructor() {
    super(401, 'users.sign-in-failed', 'E-mail and password do not belong together', { headers: CHALLENGE });
  }
}

/** Too many failures in a row, whether or not there is an account. */
export class TooManyAttempts extends HttpProblem {
  constructor(forMs: number) {
    const seconds = Math.ceil(forMs / 1_000);
    super(429, 'users.too-many-attempts', `Too many failures to sign in; try again in ${seconds} s`, {
      headers: { 'Retry-After': String(seconds) },
    });
  }
}

/** The token is unknown, expired, or was used before. */
export class RefreshRefused extends HttpProblem {
  constructor() {
    super(401, 'users.refresh-refused', 'This refresh token does not count any more; sign in again', {
      headers: CHALLENGE,
    });
  }
}
