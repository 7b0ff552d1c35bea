/** The server's front door. */
export { serve, type ServeOptions, type Server, type ServerRole } from "./serve.ts";
export { ROUTES } from "./route/routes.ts";
