import { HttpProblem } from '@banyan/http';
import { type ExecutionContext, Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { ApiExtension } from '@nestjs/swagger';
import { bearerToken, TokenRefused } from './access-token';
import type { Verified } from './jwt-strategy';
import type { Authenticated, Person, Role } from './person';
import { VerifiedTokens } from './verified-tokens';

const PUBLIC = 'banyan:public';
const NEEDED = 'banyan:roles';

/** Opens a route, or all of a controller, to everybody. A token is not even looked at there. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension('x-public', true));

/** Admits only people who have one of `roles`; others get 403 `auth.role-missing`. The document says so as `x-roles`. */
export const Roles = (...roles: Role[]) =>
  applyDecorators(SetMetadata(NEEDED, roles), ApiExtension('x-roles', roles));

interface Rule {
  readonly public: boolean;
  readonly roles?: readonly Role[];
}

/**
 * Guards every HTTP route: a valid access token, unless it is `@Public()`, and the role that it needs.
 * Message handlers pass: who may send a message is the broker's to decide.
 */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {
  private readonly known = new VerifiedTokens();
  private readonly rules = new Map<unknown, Map<unknown, Rule>>();

  constructor(private readonly reflector: Reflector) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const rule = this.ruleOf(context);
    if (rule.public) return true;

    const request = context.switchToHttp().getRequest<Authenticated & { user?: Verified }>();
    const token = bearerToken(request as never) ?? '';
    let verified = this.known.get(token, Date.now());
    if (!verified) {
      await super.canActivate(context);
      verified = request.user!;
      this.known.add(token, verified, Date.now());
    }
    request.person = verified.person;

    this.admit(verified.person, rule.roles);
    return true;
  }

  /** Passport reports what went wrong in one of several places. */
  override handleRequest<User = Verified>(
    error: unknown,
    user: User | false | undefined,
    info: unknown,
  ): User {
    if (user) return user;
    throw refusal(error ?? info);
  }

  /** Read once per route: a method is a route of one class, or inherited by several. */
  private ruleOf(context: ExecutionContext): Rule {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    const rules = this.rules.get(controller) ?? new Map<unknown, Rule>();
    this.rules.set(controller, rules);
    let rule = rules.get(handler);
    if (!rule) {
      const targets = [handler, controller];
      rule = {
        public: this.reflector.getAllAndOverride<boolean>(PUBLIC, targets) === true,
        roles: this.reflector.getAllAndOverride<Role[]>(NEEDED, targets),
      };
      rules.set(handler, rule);
    }
    return rule;
  }

  private admit({ roles }: Person, needed: readonly Role[] | undefined): void {
    if (!needed || needed.some((role) => roles.includes(role))) return;
    throw new HttpProblem(403, 'auth.role-missing', `Only ${needed.join(' or ')} may do this`);
  }
}

const REFUSALS: Record<string, [code: string, detail?: string]> = {
  TokenExpiredError: ['auth.token-expired', 'The token has expired'],
  NotBeforeError: ['auth.token-invalid', 'The token is not valid yet'],
  JsonWebTokenError: [
    'auth.token-invalid',
    'The token is malformed, or not meant for this API, or its signature is wrong',
  ],
};

/** The 401 for a token, or what else went wrong, such as keys that cannot be had at the moment. */
function refusal(reason: unknown): unknown {
  const { name, message } = (reason ?? {}) as Error;
  if (message === 'No auth token' || reason === undefined) {
    const detail = 'Send an access token: Authorization: Bearer <token>';
    return new HttpProblem(401, 'auth.token-missing', detail, {
      headers: { 'WWW-Authenticate': 'Bearer realm="banyan"' },
    });
  }
  const refused =
    reason instanceof TokenRefused ? (['auth.token-invalid', message] as const) : REFUSALS[name];
  if (!refused) return reason;
  const [code, detail = message] = refused;
  const challenge = `Bearer realm="banyan", error="invalid_token", error_description="${detail}"`;
  return new HttpProblem(401, code, detail, { headers: { 'WWW-Authenticate': challenge } });
}
