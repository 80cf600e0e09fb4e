import type { EpochMs, Seconds } from "../../../src/base/brand";
export type HttpPurpose =
  | "turn-credentials"
  | "calls"
  | "messages"
  | "rules"
  | "session"
  | "xcap"
  | "presence"
  | "watchers";
export interface HttpLogin {
  readonly purpose: HttpPurpose;
  readonly method: string;
  readonly target: string;
  readonly authorization: readonly string[];
  readonly hasValidToken: boolean;
  readonly session?: string | undefined;
  readonly address: string | undefined;
}
export type HttpAuthentication =
  | {
      readonly kind: "authenticated";
      readonly pseudonym: string;
      readonly session?: SessionState;
    }
  | {
      readonly kind: "challenged";
      readonly challenges: readonly string[];
    }
  | {
      readonly kind: "held-off";
      readonly retryAfter: Seconds;
    }
  | {
      readonly kind: "no-account";
    };
export interface SessionState {
  readonly expiresAt: EpochMs;
  readonly renewed?: string;
}
export interface SessionOpening {
  readonly spelling: string;
  readonly address: string | undefined;
  readonly proof:
    | {
        readonly kind: "password";
        readonly password: string;
      }
    | {
        readonly kind: "token";
        readonly expiresAt: EpochMs | undefined;
      };
}
export type SessionOpened =
  | {
      readonly kind: "opened";
      readonly session: string;
      readonly expiresAt: EpochMs;
    }
  | {
      readonly kind: "refused";
    }
  | {
      readonly kind: "held-off";
      readonly retryAfter: Seconds;
    }
  | {
      readonly kind: "no-account";
    };
export interface UserAuthentication {
  openSession(opening: SessionOpening): Promise<SessionOpened>;
  authenticateHttp(login: HttpLogin): Promise<HttpAuthentication>;
}
