/**
 * The HTTP side: a Fastify instance that is not listening yet, with every route of the table. In this order for each request: who asks,
 * whether he may, then whether what he sends is right; nobody learns from a 400 or 404 what he may not see.
 */
import { randomUUID } from "node:crypto";
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { DatongError } from "@datong/core";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifySchema } from "fastify";
import { authenticate } from "./access/authenticate.ts";
import { mayWithin, SEES_ALL, seesOf, type Sees } from "./access/flow-limit.ts";
import { grantIn, mayDo, type Actor } from "./access/rights.ts";
import { addConsole, CONSOLE_FOLDER, isConsole } from "./console.ts";
import { afterAnswer, beforeAnswer } from "./route/idempotency.ts";
import { PROBLEM_TYPE, problemOf, ProblemSchema, ProblemWithIssues, statusOfError } from "./route/problem.ts";
import { maskAnswer } from "./route/personal.ts";
import { checkBody, decodeBody } from "./route/read-body.ts";
import { checkDepth, checkQuery, checkText, checkUndeclared, DEPTH_MAX, PERCENT_UTF8, requestProblem } from "./route/request-problem.ts";
import type { Route } from "./route/route.ts";
import { ROUTES } from "./route/routes.ts";
import { validatorCompiler } from "./route/validators.ts";
import { PublishUnconfirmed } from "./documents/publish-warnings.ts";
import { FlowNotInOrder, issuesOf } from "./routes/flows.ts";
import type { Services } from "./services.ts";
import { watchRequests } from "./telemetry/requests.ts";

const BODY_BYTES_MAX = 2 * 1024 * 1024;
const PARAM_LENGTH_MAX = 1_000;
const PARAM_LENGTH = `每段不超过 ${PARAM_LENGTH_MAX} 个字符 / no part longer than ${PARAM_LENGTH_MAX} characters`;
const JSON_TYPE = "application/json";

declare module "fastify" {
  interface FastifyContextConfig {
    route?: Route;
  }
  interface FastifyRequest {
    actor: Actor | null;
    sees: Sees;
    /** The body as it came, where it is JSON; rows that are pushed keep every digit. */
    rawBody: string;
  }
}

/** `consoleFolder`: where the built console lies, or will. */
export async function buildApp(services: Services, consoleFolder: string = CONSOLE_FOLDER): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: trustOf(services.trustedProxies),
    genReqId: () => randomUUID(),
    logger: false,
    forceCloseConnections: true,
    // What a route takes in its path has a length of its own, told by its name; what is longer than any goes no further than here.
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    // An address that is no UTF-8 leads to no route at all, and so past every hook and the handler of errors.
    frameworkErrors: (error, request, reply) =>
      void answerUnrouted(app, services, error.code, request as FastifyRequest, reply as FastifyReply),
  });
  app.setValidatorCompiler(validatorCompiler());
  app.decorateRequest("actor", null);
  app.decorateRequest("sees", SEES_ALL);
  app.decorateRequest("rawBody", "");
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    try {
      const text = decodeBody(bytes as Buffer, request.headers["content-type"] ?? "");
      request.rawBody = text;
      // What others push is theirs; it is read once more, digit by digit.
      if (text !== "" && request.routeOptions.config.route?.tag !== "incoming") checkBody(text, DEPTH_MAX);
      void parseJson(request, text, done);
    } catch (error) {
      done(error as Error);
    }
  });
  await app.register(cookie);
  await app.register(helmet, { contentSecurityPolicy: { directives: { "script-src": ["'self'"], "upgrade-insecure-requests": null } } });
  await app.register(compress, { global: true, encodings: ["gzip", "deflate"] });
  await describe(app);
  watchRequests(app, services.logRequest);
  app.addHook("onRequest", (request) => admit(services, request));
  app.addHook("preValidation", async (request) => checkRequest(request));
  app.addHook("preHandler", (request, reply) => beforeAnswer(services, request, reply));
  app.addHook("onSend", (request, reply, payload) => maskAnswer(services, request, reply, payload));
  app.addHook("onSend", (request, reply, payload) => afterAnswer(services, request, reply, payload));
  app.setErrorHandler((error, request, reply) => {
    const known = toDatongError(services, error, request);
    const warnings = known instanceof PublishUnconfirmed ? known.warnings : undefined;
    const told = known instanceof ProblemWithIssues ? known.issues : warnings;
    const issues = known instanceof FlowNotInOrder ? issuesOf(known.issues) : told;
    return reply.code(statusOfError(known)).type(PROBLEM_TYPE).send(problemOf(known, issues));
  });
  app.setNotFoundHandler((request) => {
    throw new DatongError("ROUTE_UNKNOWN", { method: request.method, path: request.url.split("?")[0] ?? "" });
  });
  for (const route of ROUTES) addRoute(app, services, route);
  await addConsole(app, consoleFolder);
  await app.ready();
  return app;
}

/** Of a number of hops as many are believed, counted from the socket; of a list those that it names. */
function trustOf(proxies: Services["trustedProxies"]): boolean | string[] | ((address: string, hop: number) => boolean) {
  if (typeof proxies === "number") return (_address, hop) => hop < proxies;
  return proxies === false ? false : [...proxies];
}

/** Nobody hears here, too, that he is nobody before he hears what is wrong with what he sent. */
async function answerUnrouted(
  app: FastifyInstance,
  services: Services,
  code: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const expected = code === "FST_ERR_BAD_URL" ? PERCENT_UTF8 : PARAM_LENGTH;
  request.cookies = app.parseCookie(request.headers.cookie ?? "");
  const problem = await authenticate(services, request).then(
    (actor) => (actor === null ? new DatongError("SIGN_IN_NEEDED") : new DatongError("REQUEST_INVALID", { path: "path", expected })),
    (error: unknown) => toDatongError(services, error, request),
  );
  await reply.code(statusOfError(problem)).type(PROBLEM_TYPE).send(problemOf(problem));
}

function checkRequest({ body, query, url, routeOptions, actor, params }: FastifyRequest): void {
  const further = routeOptions.config.route?.rightOf?.(body) ?? null;
  if (further !== null && !mayDo(actor as Actor, further, (params as Readonly<Record<string, string>>)["workspace"]))
    throw new DatongError("RIGHT_MISSING", { right: further });
  checkDepth(body);
  checkQuery(url);
  const { route } = routeOptions.config;
  if (route === undefined) return;
  checkUndeclared(route, query, body);
  checkText(query, "query");
  if (route.tag !== "incoming") checkText(body, "body");
}

async function admit(services: Services, request: FastifyRequest): Promise<void> {
  const { route } = request.routeOptions.config;
  if (route?.right === "public" || isDocumentation(request) || isConsole(request)) return;
  const actor = await authenticate(services, request);
  if (actor === null) throw new DatongError("SIGN_IN_NEEDED");
  request.actor = actor;
  if (route === undefined) return;
  const params = request.params as Readonly<Record<string, string>>;
  const { workspace } = params;
  if (!mayDo(actor, route.right, workspace, route.scope)) throw new DatongError("RIGHT_MISSING", { right: route.right });
  const limit = workspace === undefined ? null : (grantIn(actor, workspace)?.limit ?? null);
  if (workspace === undefined || limit === null) return;
  request.sees = seesOf(await services.tenants.open(workspace), limit);
  if (!mayWithin(route, params, request.sees)) throw new DatongError("RIGHT_MISSING", { right: route.right });
}

/** The description of the API is no secret; it is what the docs page shows. */
function isDocumentation(request: FastifyRequest): boolean {
  const { url } = request.routeOptions;
  return url !== undefined && (url === "/openapi.json" || url === "/docs" || url.startsWith("/docs/"));
}

function addRoute(app: FastifyInstance, services: Services, route: Route): void {
  const { id, method, url, tag, zh, en, right, params, query, body, gives, media = JSON_TYPE, bodyBytesMax } = route;
  const { status = gives === undefined ? 204 : 200 } = route;
  const schema: FastifySchema & Record<string, unknown> = {
    operationId: id,
    tags: [tag],
    summary: zh,
    description: `${en}${right === "public" ? "" : `\n\n权限 / right: \`${right}\``}`,
    security: right === "public" ? [] : [{ cookie: [] }, { key: [] }],
    response: {
      [status]: gives === undefined ? { type: "null", description: "完成 / Done" } : answerOf("成功 / Success", media, gives),
      "4xx": answerOf("请求有误（RFC 9457）/ What was asked is wrong (RFC 9457)", PROBLEM_TYPE, { $ref: "Problem#" }),
      default: answerOf("服务出错（RFC 9457）/ The server failed (RFC 9457)", PROBLEM_TYPE, { $ref: "Problem#" }),
    },
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
  };
  app.route({
    method,
    url,
    schema,
    config: { route },
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    // What a handler gives is ours; the schema describes it and does not cut it.
    serializerCompiler: () => (data) => JSON.stringify(data),
    handler: async (request, reply) => {
      const { workspace = "" } = request.params as { readonly workspace?: string };
      void reply.code(status).header("Cache-Control", "no-store");
      const call = {
        services,
        actor: request.actor,
        workspace,
        sees: request.sees,
        params: request.params,
        query: request.query,
        body: request.body,
        request,
        reply,
      };
      const given = await route.handle(call as never);
      return given ?? (status === 204 ? reply.send() : given);
    },
  });
}

/** An answer as OpenAPI wants it: what it is, and its schema for each media type. */
function answerOf(description: string, media: string | readonly string[], schema: object): object {
  return { description, content: Object.fromEntries([media].flat().map((type) => [type.split(";")[0], { schema }])) };
}

/** What every write takes besides, in the description alone: it is checked where it is used. */
const KEY_HEADER = {
  type: "object",
  properties: {
    "Idempotency-Key": {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: "同一请求一天内只做一次 / The same request is done once within a day",
    },
  },
};

async function describe(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Datong 打通",
        version: "1",
        description: "数据集成中台的接口 / The API of the data-integration platform",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          cookie: {
            type: "apiKey",
            in: "cookie",
            name: "datong_login",
            description: "浏览器登录；写操作另带 X-Requested-With: datong / A log-in; writes carry X-Requested-With: datong as well",
          },
          key: { type: "http", scheme: "bearer", description: "API 密钥 / An API key (dt_…)" },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const isWrite = ![route.method].flat().includes("GET") && route.config?.route?.right !== "public";
      return { schema: isWrite ? { ...schema, headers: KEY_HEADER } : schema, url };
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json["$id"] ?? `schema-${index}`) },
  });
  app.addSchema(ProblemSchema);
  await app.register(swaggerUi, { routePrefix: "/docs", staticCSP: true });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}

function toDatongError(services: Services, error: unknown, request: FastifyRequest): DatongError {
  if (error instanceof DatongError) return error;
  const bytesMax = request.routeOptions.config?.route?.bodyBytesMax ?? BODY_BYTES_MAX;
  const problem = requestProblem(error, { bytesMax, contentType: request.headers["content-type"] });
  if (problem !== undefined) return problem;
  services.log(
    `${request.method} ${request.routeOptions.url ?? ""} ${request.id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return new DatongError("SERVER_FAILED", { reference: request.id }, { cause: error });
}
