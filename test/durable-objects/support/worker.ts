// The Worker as a deployment runs it, with the variables a test gives it; the objects have those of wrangler.toml.

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { SignJWT } from "jose";
import worker from "../../../src/index";
import { RecordedSocket } from "./recorded-socket";

export const adminToken = "test-admin-token-0123456789";
const tokenSecret = "0123456789abcdef0123456789abcdef";

/** One environment for all requests, as a deployment has. */
const environment = { ...env, ADMIN_TOKEN: adminToken, TOKEN_SECRET: tokenSecret };

const origin = "https://sip.example.com";

export async function fetchWorker(target: string, init?: RequestInit): Promise<Response> {
  const request = new Request(new URL(target, origin), init) as Request<unknown, IncomingRequestCfProperties>;
  return worker.fetch(request, environment, createExecutionContext());
}

/** A call of the administrator's. */
export function administer(method: string, target: string, body?: unknown): Promise<Response> {
  return fetchWorker(target, {
    method,
    headers: { Authorization: `Bearer ${adminToken}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Opens a WebSocket; a refusal in its place fails the test. */
export async function openSocket(
  target: string,
  headers: Record<string, string> = {},
): Promise<RecordedSocket> {
  const response = await upgrade(target, headers);
  if (response.webSocket === null) throw new Error(`${response.status} ${await response.text()}`);
  return new RecordedSocket(response.webSocket);
}

export function upgrade(target: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetchWorker(target, {
    headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": "sip", ...headers },
  });
}

/** A bearer token of the deployment's; `expires` as jose reads spans. */
export function tokenFor(subject: string, expires = "1h"): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(subject)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(tokenSecret));
}
