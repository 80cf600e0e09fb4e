// The API described: the OpenAPI 3.1 document and a page that renders it. Both are open to everybody; they hold
// nothing that the sources do not.
//
// The page loads no script but the gateway's own: Swagger UI is copied to the static assets when they are built.

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../app-env";
import { renderedApiPolicy } from "../security-headers";

const info = {
  title: "durasip administration",
  version: "1",
  description: "Accounts, devices and messages of a durasip gateway. Errors are problem details (RFC 9457).",
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title>
<link rel="stylesheet" href="/api-docs/swagger-ui.css">
</head>
<body>
<main id="api"></main>
<noscript>The description is at <a href="/v1/openapi.json">/v1/openapi.json</a>.</noscript>
<script src="/api-docs/swagger-ui-bundle.js"></script>
<script src="/v1/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: "/v1/openapi.json", dom_id: "#api", validatorUrl: null, persistAuthorization: false });
`;

/** Adds the document, its page and the page's script. */
export function addDescription(api: OpenAPIHono<AppEnv>): void {
  api.openAPIRegistry.registerComponent("securitySchemes", "adminToken", { type: "http", scheme: "bearer" });
  api.doc31("/openapi.json", {
    openapi: "3.1.0",
    info,
    servers: [{ url: "/v1" }],
    security: [{ adminToken: [] }],
  });
  api.get("/docs", (c) => c.html(page, 200, { "Content-Security-Policy": renderedApiPolicy }));
  api.get("/docs/start.js", (c) => c.body(start, 200, { "Content-Type": "text/javascript; charset=utf-8" }));
}
