// Security headers of every answer the Worker gives. JSON and refusals load nothing; pages load what the gateway
// itself serves, and talk to it alone.

/** Nothing may be loaded, framed or guessed. */
const closedPolicy = "default-src 'none'; frame-ancestors 'none'";

/** `'self'` in connect-src covers this host's WebSockets too (CSP Level 3 §6.7.2.8). */
const pagePolicy = policyWithStyles("'self'");

/** For Swagger UI, which writes style attributes. */
export const renderedApiPolicy = policyWithStyles("'self' 'unsafe-inline'");

function policyWithStyles(styles: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob: mediastream:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * The response with its security headers. One that switches protocols is left as it is, and so is a 304: its headers
 * replace those the browser has stored (RFC 9111 §3.2), and it does not say what of.
 */
export function withSecurityHeaders(response: Response): Response {
  if (response.status === 101 || response.status === 304) return response;
  const secured = new Response(response.body, response);
  const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
  if (!secured.headers.has("Content-Security-Policy")) {
    secured.headers.set("Content-Security-Policy", isPage ? pagePolicy : closedPolicy);
  }
  secured.headers.set("X-Content-Type-Options", "nosniff");
  secured.headers.set("Referrer-Policy", "no-referrer");
  return secured;
}
