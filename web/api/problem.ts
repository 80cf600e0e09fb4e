// What went wrong with a request, in words an operator can act on: from the problem of RFC 9457 that the gateway
// answers with, or from its silence.

interface ProblemBody {
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly where: string; readonly detail: string }[];
}

/** A request that came to nothing. `message` is for people. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  /** The HTTP status; 0 when nobody answered. */
  readonly status: number;
  /** The last part of the problem's type; "" when the answer had none. */
  readonly kind: string;

  constructor(status: number, kind: string, message: string) {
    super(message);
    this.status = status;
    this.kind = kind;
  }

  /** The token is not, or no longer, the right one. */
  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

export const unreachable = new RequestProblem(0, "", "The gateway does not answer. Is it running?");

const known: Readonly<Record<string, string>> = {
  "admin-token-wrong": "That is not this gateway’s admin token.",
  "admin-token-missing": "Sign in with the admin token first.",
  "admin-api-closed":
    "The administration is closed: this gateway has no admin token. Set the secret ADMIN_TOKEN and come back.",
  configuration: "The gateway refuses its settings; its log names the one that makes no sense.",
  unavailable: "The gateway is busy just now. Try again in a moment.",
  internal: "Something broke inside the gateway. Its log has the details.",
};

/** The problem of an answer that is no success. */
export async function problemOf(answer: Response): Promise<RequestProblem> {
  const body = await readBody(answer);
  const kind = body.type?.split(":").at(-1) ?? "";
  return new RequestProblem(answer.status, kind, known[kind] ?? wordsOf(body, answer));
}

async function readBody(answer: Response): Promise<ProblemBody> {
  if (!answer.headers.get("content-type")?.includes("json")) return {};
  return (await answer.json().catch(() => ({}))) as ProblemBody;
}

function wordsOf({ title, detail, errors = [] }: ProblemBody, { status, headers }: Response): string {
  if (status === 429)
    return `Too many requests. Try again in ${headers.get("retry-after") ?? "a few"} seconds.`;
  const faults = errors.map((fault) => `${fault.where.replace(/^#\//, "")} ${fault.detail}`);
  if (faults.length > 0) return `${faults.join("; ")}.`;
  if (detail !== undefined) return detail;
  if (status === 404) return "There is nothing here (404).";
  return title === undefined ? `The gateway answered ${status}.` : `${title}.`;
}

/** Any throw in words. */
export const wordsOfThrow = (thrown: unknown): string =>
  thrown instanceof RequestProblem ? thrown.message : "This page has a fault of its own. Reload it.";
