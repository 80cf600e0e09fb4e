// Security headers of every answer the Worker gives. JSON and refusals load nothing; pages load what the gateway
// itself serves, talk to it alone, and share no window and no device with anybody else's.

/** Nothing may be loaded, framed or guessed. */
const closedPolicy = "default-src 'none'; frame-ancestors 'none'";

/** `'self'` in connect-src covers this host's WebSockets too (CSP Level 3 §6.7.2.8). */
const pagePolicy = policyWithStyles("'self'");

/** For Swagger UI, which writes style attributes. */
export const renderedApiPolicy = policyWithStyles("'self' 'unsafe-inline'");

/**
 * What a softphone needs of the machine, for itself; the rest for nobody (Permissions Policy §5.1). `speaker-selection` is
 * for a page itself where nothing is said of it; said, Chromium complains that it does not know it.
 */
const permissions = [
  ...["camera", "microphone", "display-capture"].map((feature) => `${feature}=(self)`),
  ...["geolocation", "payment", "usb"].map((feature) => `${feature}=()`),
].join(", ");

const onPages: Readonly<Record<string, string>> = {
  "Permissions-Policy": permissions,
  "Cross-Origin-Opener-Policy": "same-origin",
};

const onAll: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  // For what is older than frame-ancestors.
  "X-Frame-Options": "DENY",
};

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
  for (const [name, value] of Object.entries({ ...onAll, ...(isPage ? onPages : {}) })) {
    secured.headers.set(name, value);
  }
  // The assets have one of their own for what any page may load.
  if (!secured.headers.has("Cross-Origin-Resource-Policy")) {
    secured.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }
  return secured;
}
